"""Needs that are published, drafts of one's own, technical requirements."""
