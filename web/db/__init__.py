"""The relational store."""

from web.db import accounts as accounts  # its tables belong to the schema wherever the store is opened
from web.db import bounties as bounties
from web.db import chains as chains
from web.db import criteria as criteria
from web.db import firms as firms
from web.db import imports as imports
from web.db import inquiries as inquiries
from web.db import lists as lists
from web.db import meetings as meetings
from web.db import pool as pool
from web.db import queries as queries
from web.db import warnings as warnings
from web.db import watches as watches
from web.db import webhooks as webhooks
