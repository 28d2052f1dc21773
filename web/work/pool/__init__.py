"""The cultivation pool: entries, inspections, difficulties, what a day brings about."""
