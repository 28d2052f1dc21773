"""The industrial brain: a city, early warnings, courses by year, the monthly index, statistics."""
