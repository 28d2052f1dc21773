"""Teams for a need or a bounty: who together covers its targets and the stages from materials to application."""
