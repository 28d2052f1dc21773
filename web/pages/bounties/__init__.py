"""Bounties from a draft to the last payment: portal, applications, expert review, agreements."""
