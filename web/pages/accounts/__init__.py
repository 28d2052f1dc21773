"""Accounts, people, the audit log, and addresses of an organisation's own systems."""
