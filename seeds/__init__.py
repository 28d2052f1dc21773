"""Packaged data: sources with manifests, taxonomies, rule sets and the invented demo corpus."""
