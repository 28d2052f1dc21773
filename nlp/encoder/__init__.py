"""A small fine-tuned encoder: the fetched model with shipped numbers merged in, reading windows of tokens."""
