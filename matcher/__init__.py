"""The matcher: an immutable corpus of firms, and one ranker that says why."""
