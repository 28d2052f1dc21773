"""What a person is told: the desk, notices, watches, warnings, addresses."""
