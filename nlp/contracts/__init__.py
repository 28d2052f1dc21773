"""Contract announcements read by learned weights: signs, candidates, features, records."""
