"""Fields of a firm's record that a buyer asked for and took over as its own notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "firm_note",
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("said", UtcTime(), nullable=False),
        sa.Column("party_id", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["inquiry_party.id"], name="fk_firm_note_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_firm_note"),
        sa.UniqueConstraint("organisation_id", "firm_id", "field", "number", name="uq_firm_note_number"),
    )
    op.create_index("ix_firm_note_firm_id", "firm_note", ["firm_id"])
    op.create_index("ix_firm_note_organisation_id", "firm_note", ["organisation_id"])
