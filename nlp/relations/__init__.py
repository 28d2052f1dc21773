"""One extractor a file; its docstring says what it reads, writes and misses."""
