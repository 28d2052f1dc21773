"""Chains: templates of nodes, and what the graph says of them."""
