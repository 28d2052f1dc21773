"""Figures of any set of firms: for each measure how many are in which group, and of how many nothing is known."""
