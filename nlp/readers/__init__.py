"""Files to text, one reader for each format."""
