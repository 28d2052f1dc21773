"""Composition of nlp, kg and matcher into work that commands and pages call."""
