"""Files of inquiries: the buyer's, and those of firms, sealed with their quotes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inquiry_file",
        sa.Column("inquiry_id", sa.String(64), nullable=False),
        sa.Column("party_id", sa.String(64), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("sent_by", sa.String(64), nullable=False),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_inquiry_file_inquiry_id"),
        sa.ForeignKeyConstraint(["party_id"], ["inquiry_party.id"], name="fk_inquiry_file_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inquiry_file"),
    )
    for column in ("inquiry_id", "party_id", "organisation_id"):
        op.create_index(f"ix_inquiry_file_{column}", "inquiry_file", [column])
