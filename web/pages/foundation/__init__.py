"""The map of the industrial foundation."""
