"""Families of ranking features, one documented function each."""
