"""Value types that own cleaning, checking and comparison of what they hold."""
