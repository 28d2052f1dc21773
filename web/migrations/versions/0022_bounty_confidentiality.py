"""How confidential what a bounty says is, by its poster."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bounty", sa.Column("confidentiality", sa.String(16), nullable=False, server_default=""))
