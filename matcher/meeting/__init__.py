"""Meetings of many needs of one buyer with many firms: who meets whom, in which slot, at which table."""
