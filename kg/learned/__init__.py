"""Learned parts as numbers: forests, the files that hold them, and their growing (for training only)."""
