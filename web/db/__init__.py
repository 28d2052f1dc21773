"""The relational store."""

from web.db import imports as imports  # its tables belong to the schema wherever the store is opened
