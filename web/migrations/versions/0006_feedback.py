"""What came of a firm on a need's list, as an append-only log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("who", sa.String(64), nullable=False),
        sa.Column("need_id", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("scorecard", sa.String(64), nullable=False),
        sa.Column("corpus", sa.String(64), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_feedback"),
    )
    op.create_index("ix_feedback_pair", "feedback", ["need_id", "firm_id"])
    _append_only()


def _append_only() -> None:
    """The database itself refuses to change or delete a row of the log."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER feedback_no_{verb.lower()} BEFORE {verb} ON feedback "
                "BEGIN SELECT RAISE(ABORT, 'feedback is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION feedback_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'feedback is append-only' USING ERRCODE = '23000'; END $$"
        )
        op.execute(
            "CREATE TRIGGER feedback_append_only BEFORE UPDATE OR DELETE ON feedback "
            "FOR EACH ROW EXECUTE FUNCTION feedback_refuse()"
        )
