"""Discovery: firms that hold no tier and look like those that do."""
