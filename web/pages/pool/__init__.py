"""The cultivation pool: entries, calendar, draws, inspections, difficulties."""
