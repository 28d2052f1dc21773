"""Scorecards as data: one JSON file each."""
