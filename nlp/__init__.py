"""The language part: readers turn files into text, a spaCy pipeline turns text into facts with exact spans."""
