"""What people say of places in chains, as an append-only log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chain_correction",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by_role", sa.String(32), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("node", sa.String(128), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_chain_correction"),
    )
    op.create_index("ix_chain_correction_pair", "chain_correction", ["product", "node"])
    _append_only()


def _append_only() -> None:
    """The database itself refuses to change or delete a row of the log."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER chain_correction_no_{verb.lower()} BEFORE {verb} ON chain_correction "
                "BEGIN SELECT RAISE(ABORT, 'chain_correction is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION chain_correction_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'chain_correction is append-only' USING ERRCODE = '23000'; END $$"
        )
        op.execute(
            "CREATE TRIGGER chain_correction_append_only BEFORE UPDATE OR DELETE ON chain_correction "
            "FOR EACH ROW EXECUTE FUNCTION chain_correction_refuse()"
        )
