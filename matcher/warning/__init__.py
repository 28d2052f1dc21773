"""Early warnings by rules that people read and edit: what a rule asks, what it found, and what it does not know."""
