"""Sources and documents, a statement at its sentence, and the review of doubtful pairs."""
