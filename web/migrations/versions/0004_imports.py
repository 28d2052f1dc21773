"""Private rows and files of sheets, accepted doubts, and looks at feeds."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def owned(table: str, *columns: sa.Column[Any] | sa.ForeignKeyConstraint, index: tuple[str, ...]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    for column in ("organisation_id", *index):
        op.create_index(f"ix_{table}_{column}", table, [column])


def batch(table: str, nullable: bool = False) -> tuple[sa.Column[Any], sa.ForeignKeyConstraint]:
    return (
        sa.Column("batch_id", sa.String(64), nullable=nullable),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=f"fk_{table}_batch_id"),
    )


def upgrade() -> None:
    owned(
        "private_file",
        *batch("private_file"),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("contributor", sa.String(), nullable=False),
        sa.Column("shown_as", sa.String(), nullable=False),
        sa.Column("rules", sa.String(64), nullable=False),
        index=("batch_id", "sha256"),
    )
    owned(
        "private_row",
        *batch("private_row"),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("firm", sa.String(), nullable=False),
        sa.Column("code", sa.String(18), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        index=("batch_id", "source", "firm", "code", "state"),
    )
    owned(
        "accepted_row",
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("row", sa.String(24), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        index=("source",),
    )
    owned(
        "refresh",
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        *batch("refresh", nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("rows", "new", "gone", "changed", "refused")),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=False),
        index=("feed",),
    )
