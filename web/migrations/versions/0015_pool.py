"""The cultivation pool: firms with every step of each, firms drawn for inspection, difficulties and what was said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pool_entry",
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        sa.Column("tier", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        *_days("until", "recheck", "ban"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        *_owned(),
        sa.PrimaryKeyConstraint("id", name="pk_pool_entry"),
        sa.UniqueConstraint("organisation_id", "firm_id", name="uq_pool_entry_firm"),
    )
    _index("pool_entry", "firm_id", "district", "state", "organisation_id")
    op.create_table(
        "pool_step",
        *_said("entry_id"),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("before", sa.String(16), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(16), nullable=False),
        sa.Column("district", sa.String(6), nullable=False),
        *_days("until", "recheck", "ban"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("bulk", sa.String(24), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["pool_entry.id"], name="fk_pool_step_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pool_step"),
        sa.UniqueConstraint("entry_id", "number", name="uq_pool_step_number"),
    )
    _index("pool_step", "entry_id", "organisation_id")
    op.create_table(
        "pool_draw",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("each", sa.String(16), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("asked", "frame", "drawn")),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("key", sa.String(64), nullable=True),
        *_owned(),
        sa.PrimaryKeyConstraint("id", name="pk_pool_draw"),
        sa.UniqueConstraint("key", name="uq_pool_draw_key"),
    )
    _index("pool_draw", "organisation_id")
    op.create_table(
        "pool_difficulty",
        sa.Column("entry_id", sa.String(64), nullable=False),
        sa.Column("firm_organisation", sa.String(64), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("department_id", sa.String(64), nullable=True),
        *_days("deadline"),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=True),
        *_owned(),
        sa.ForeignKeyConstraint(["entry_id"], ["pool_entry.id"], name="fk_pool_difficulty_entry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pool_difficulty"),
        sa.UniqueConstraint("key", name="uq_pool_difficulty_key"),
    )
    _index("pool_difficulty", "entry_id", "firm_organisation", "state", "department_id", "organisation_id")
    op.create_table(
        "pool_reply",
        *_said("difficulty_id"),
        sa.Column("side", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        *_days("deadline"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["difficulty_id"], ["pool_difficulty.id"], name="fk_pool_reply_difficulty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pool_reply"),
        sa.UniqueConstraint("difficulty_id", "number", name="uq_pool_reply_number"),
    )
    _index("pool_reply", "difficulty_id", "organisation_id")
    for table in ("pool_step", "pool_draw", "pool_reply"):
        _append_only(table)


def _owned() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
    )


def _said(of: str) -> tuple[sa.Column[object], ...]:
    """A row of the history of what `of` names."""
    return (
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column(of, sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )


def _days(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.String(10), nullable=True) for name in names]


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _append_only(table: str) -> None:
    """The database itself refuses to change or delete a row."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = '23000'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )
