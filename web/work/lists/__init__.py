"""Shortlists, frozen versions, and the buyer's own supplier sheet."""
