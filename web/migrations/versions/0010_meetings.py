"""Days of meetings: firms called, wishes of both sides, meetings and notes on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting_day",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("date", sa.String(10), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("firms", sa.JSON(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("conflicts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(96), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_day"),
        sa.UniqueConstraint("key", name="uq_meeting_day_key"),
    )
    op.create_index("ix_meeting_day_organisation_id", "meeting_day", ["organisation_id"])
    op.create_index("ix_meeting_day_state", "meeting_day", ["state"])
    op.create_table(
        "meeting_party",
        sa.Column("day_id", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("absent", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["day_id"], ["meeting_day.id"], name="fk_meeting_party_day_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_party"),
        sa.UniqueConstraint("day_id", "firm_id", name="uq_meeting_party_firm"),
    )
    op.create_index("ix_meeting_party_day_id", "meeting_party", ["day_id"])
    op.create_index("ix_meeting_party_firm_id", "meeting_party", ["firm_id"])
    op.create_index("ix_meeting_party_organisation_id", "meeting_party", ["organisation_id"])
    op.create_table(
        "meeting_wish",
        sa.Column("day_id", sa.String(64), nullable=False),
        sa.Column("need", sa.String(16), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["day_id"], ["meeting_day.id"], name="fk_meeting_wish_day_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_wish"),
        sa.UniqueConstraint("day_id", "need", "firm_id", "side", name="uq_meeting_wish_pair"),
    )
    op.create_index("ix_meeting_wish_day_id", "meeting_wish", ["day_id"])
    op.create_index("ix_meeting_wish_organisation_id", "meeting_wish", ["organisation_id"])
    op.create_table(
        "meeting",
        sa.Column("day_id", sa.String(64), nullable=False),
        sa.Column("need", sa.String(16), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("slot", sa.String(16), nullable=False),
        sa.Column("table_number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["day_id"], ["meeting_day.id"], name="fk_meeting_day_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
        sa.UniqueConstraint("day_id", "need", "firm_id", name="uq_meeting_pair"),
    )
    op.create_index("ix_meeting_day_id", "meeting", ["day_id"])
    op.create_index("ix_meeting_firm_id", "meeting", ["firm_id"])
    op.create_index("ix_meeting_organisation_id", "meeting", ["organisation_id"])
    op.create_table(
        "meeting_note",
        sa.Column("meeting_id", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(96), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_meeting_note_meeting_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_note"),
        sa.UniqueConstraint("key", name="uq_meeting_note_key"),
    )
    op.create_index("ix_meeting_note_meeting_id", "meeting_note", ["meeting_id"])
    op.create_index("ix_meeting_note_organisation_id", "meeting_note", ["organisation_id"])
