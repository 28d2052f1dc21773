"""The day on which a bounty's work was accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bounty", sa.Column("accepted", sa.String(10), nullable=True))
