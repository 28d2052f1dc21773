"""Which records are one enterprise."""
