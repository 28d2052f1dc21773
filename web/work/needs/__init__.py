"""Needs of an organisation: drafts, approval, publishing."""
