"""Targets, products and fields of a technical requirement."""
