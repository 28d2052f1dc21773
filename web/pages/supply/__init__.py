"""Suppliers tier by tier, single sources, what if."""
