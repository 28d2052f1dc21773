"""Extraction measured on labelled documents: own gold, scores by field with intervals, errors as a list."""
