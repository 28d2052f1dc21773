"""Shortlists, the sourcing report, and the buyer's own supplier sheet."""
