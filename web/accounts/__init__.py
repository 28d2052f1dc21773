"""Who may do what: organisations, people, their roles and sessions."""
