"""Classes of the industrial foundation (四基): schemes, words, a small linear model."""
