"""Hostile files: what makes them (`make`), and what reads them under limits (`check`). tests/bad keeps them."""
