"""Criteria of tiers, thresholds, policies and offers, discovery."""
