"""How good rankings are: measures with intervals, computed as the scorers of the shared data do."""
