"""Days of meetings: states, wishes, the plan, notes."""
