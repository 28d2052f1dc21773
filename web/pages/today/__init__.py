"""What waits for a person today: the desk, the inbox, watches."""
