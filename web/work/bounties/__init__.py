"""Bounties from a draft to the last payment: states, rules, applications, review, agreements."""
