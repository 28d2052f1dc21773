"""Days of meetings, and teams."""
