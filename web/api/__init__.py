"""The same contexts as JSON under /api/v1."""
