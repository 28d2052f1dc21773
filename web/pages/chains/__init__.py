"""Chains, their nodes, versions and clusters, and what is made of gaps."""
