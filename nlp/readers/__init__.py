"""Files to text, one reader for each format."""

from nlp.readers.read import LIMITS, Limits, read, read_file

__all__ = ["LIMITS", "Limits", "read", "read_file"]
