"""Inquiries and quotes."""
