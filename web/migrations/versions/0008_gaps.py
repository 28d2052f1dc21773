"""Gaps of chains, the counts of earlier runs, and the gap that a need was made of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gap_run",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("rules", sa.String(64), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("nodes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_gap_run"),
    )
    op.create_index("ix_gap_run_chain", "gap_run", ["chain", "region"])
    op.create_table(
        "chain_gap",
        sa.Column("id", sa.String(240), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("node", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("rule", sa.String(32), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("firms_local", sa.Integer(), nullable=False),
        sa.Column("firms_all", sa.Integer(), nullable=False),
        sa.Column("firm", sa.String(96), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("fact", sa.String(96), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_chain_gap"),
    )
    op.create_index("ix_chain_gap_chain", "chain_gap", ["chain", "region"])
    op.add_column("need", sa.Column("gap", sa.String(240), nullable=True))
    op.create_index("ix_need_gap", "need", ["gap"])
