"""The relational store."""

from web.db import chains as chains  # its tables belong to the schema wherever the store is opened
from web.db import imports as imports
