"""Inquiries to several firms, and what they answer."""
