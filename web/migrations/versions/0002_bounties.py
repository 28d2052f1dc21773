"""Bounties: needs of a kind of their own, with targets, terms and an award."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("need", sa.Column("kind", sa.String(16), nullable=False, server_default="need"))
    op.create_table(
        "bounty",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organiser", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("city_grant", sa.BigInteger(), nullable=True),
        sa.Column("ip_terms", sa.String(), nullable=False),
        sa.Column("trl", sa.Integer(), nullable=True),
        sa.Column("due", sa.String(10), nullable=True),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("awarded", sa.String(10), nullable=True),
        sa.Column("team", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["need.id"], name="fk_bounty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bounty"),
    )
