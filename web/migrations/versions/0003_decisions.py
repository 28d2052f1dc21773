"""Decisions on identity: what was done at once, by whom, whether the graph has it; and the queue of doubtful pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SAID = ("verdict", "record_a", "record_b", "reason", "by_role", "who", "act", "kind", "score", "at")


def upgrade() -> None:
    op.add_column("decision", sa.Column("who", sa.String(64), nullable=False, server_default="operator"))
    op.add_column("decision", sa.Column("act", sa.String(24), nullable=False, server_default=""))
    op.add_column("decision", sa.Column("kind", sa.String(16), nullable=False, server_default=""))
    op.add_column("decision", sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_decision_act", "decision", ["act"])
    op.create_index("ix_decision_settled", "decision", ["settled"])
    op.create_table(
        "identity_case",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.Column("record_a", sa.String(64), nullable=False),
        sa.Column("record_b", sa.String(64), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("doubt", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agrees", sa.JSON(), nullable=False),
        sa.Column("differs", sa.JSON(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_case"),
        sa.UniqueConstraint("record_a", "record_b", name="uq_identity_case_pair"),
    )
    for column in ("organisation_id", "record_b", "state"):
        op.create_index(f"ix_identity_case_{column}", "identity_case", [column])
    _only_taken_back()


def _only_taken_back() -> None:
    """The database itself refuses to change or delete a decision; it can be taken back, once."""
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _SAID)
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'a decision can only be taken back'); END"
        again = "OLD.undone_at IS NOT NULL AND NEW.undone_at IS NOT OLD.undone_at"
        op.execute(f"CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision WHEN {changed} OR {again} {refuse}")
        op.execute(f"CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision {refuse}")
    else:
        changed = changed.replace("IS NOT OLD", "IS DISTINCT FROM OLD")
        again = "OLD.undone_at IS NOT NULL AND NEW.undone_at IS DISTINCT FROM OLD.undone_at"
        op.execute(
            "CREATE FUNCTION decision_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'a decision can only be taken back' USING ERRCODE = '23000'; END $$"
        )
        for verb, when in (("UPDATE", f"WHEN ({changed} OR {again})"), ("DELETE", "")):
            op.execute(
                f"CREATE TRIGGER decision_no_{verb.lower()} BEFORE {verb} ON decision "
                f"FOR EACH ROW {when} EXECUTE FUNCTION decision_refuse()"
            )
