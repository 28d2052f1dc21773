"""People at work: accounts and what they do with needs, lists, inquiries, firms and watches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _firms()
    _lists()
    _needs()
    _watches()
    _inquiries()


def _accounts() -> None:
    op.create_table(
        "organisation",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("enterprise_id", sa.String(96), nullable=True),
        sa.Column("region", sa.String(6), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_index("ix_organisation_enterprise_id", "organisation", ["enterprise_id"])
    op.create_index("ix_organisation_organisation_id", "organisation", ["organisation_id"])
    op.create_table(
        "user_account",
        sa.Column("login", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", UtcTime(), nullable=True),
        sa.Column("password_set", UtcTime(), nullable=True),
        sa.Column("sub", sa.String(255), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("login", name="uq_user_account_login"),
        sa.UniqueConstraint("sub", name="uq_user_account_sub"),
    )
    op.create_index("ix_user_account_organisation_id", "user_account", ["organisation_id"])
    op.create_table(
        "membership",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_membership_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.UniqueConstraint("user_id", "organisation_id", "role", name="uq_membership_role"),
    )
    op.create_index("ix_membership_organisation_id", "membership", ["organisation_id"])
    op.create_index("ix_membership_user_id", "membership", ["user_id"])
    op.create_table(
        "sign_in",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("began", UtcTime(), nullable=False),
        sa.Column("seen", UtcTime(), nullable=False),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_sign_in_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.UniqueConstraint("token", name="uq_sign_in_token"),
    )
    op.create_index("ix_sign_in_user_id", "sign_in", ["user_id"])
    op.create_table(
        "api_key",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires", UtcTime(), nullable=True),
        sa.Column("used", UtcTime(), nullable=True),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_api_key_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("token", name="uq_api_key_token"),
    )
    op.create_index("ix_api_key_organisation_id", "api_key", ["organisation_id"])
    op.create_index("ix_api_key_user_id", "api_key", ["user_id"])
    op.create_table(
        "ticket",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.String(96), nullable=False),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("expires", UtcTime(), nullable=False),
        sa.Column("used", UtcTime(), nullable=True),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ticket"),
        sa.UniqueConstraint("token", name="uq_ticket_token"),
    )
    op.create_index("ix_ticket_organisation_id", "ticket", ["organisation_id"])
    op.create_index("ix_ticket_subject_id", "ticket", ["subject_id"])


def _firms() -> None:
    op.create_table(
        "claim",
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("code_until", UtcTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
    )
    op.create_index("ix_claim_firm_id", "claim", ["firm_id"])
    op.create_index("ix_claim_organisation_id", "claim", ["organisation_id"])
    op.create_index("ix_claim_state", "claim", ["state"])
    op.create_table(
        "firm_file",
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("sent_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_firm_file"),
    )
    op.create_index("ix_firm_file_firm_id", "firm_file", ["firm_id"])
    op.create_index("ix_firm_file_organisation_id", "firm_file", ["organisation_id"])
    op.create_index("ix_firm_file_sha256", "firm_file", ["sha256"])
    op.create_table(
        "declaration",
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=True),
        sa.Column("file_id", sa.String(64), nullable=True),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("document", sa.String(64), nullable=True),
        sa.Column("written_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["firm_file.id"], name="fk_declaration_file_id"),
        sa.PrimaryKeyConstraint("id", name="pk_declaration"),
    )
    op.create_index("ix_declaration_document", "declaration", ["document"])
    op.create_index("ix_declaration_file_id", "declaration", ["file_id"])
    op.create_index("ix_declaration_firm_id", "declaration", ["firm_id"])
    op.create_index("ix_declaration_organisation_id", "declaration", ["organisation_id"])
    op.create_index("ix_declaration_state", "declaration", ["state"])
    op.create_table(
        "correction",
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("fact", sa.String(64), nullable=False),
        sa.Column("relation", sa.String(32), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("right", sa.JSON(), nullable=False),
        sa.Column("file_id", sa.String(64), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("written_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["firm_file.id"], name="fk_correction_file_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )
    op.create_index("ix_correction_fact", "correction", ["fact"])
    op.create_index("ix_correction_file_id", "correction", ["file_id"])
    op.create_index("ix_correction_firm_id", "correction", ["firm_id"])
    op.create_index("ix_correction_organisation_id", "correction", ["organisation_id"])
    op.create_index("ix_correction_state", "correction", ["state"])
    op.create_table(
        "look",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("week", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("looker", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_look"),
        sa.UniqueConstraint("firm_id", "week", "looker", name="uq_look_once"),
    )


def _lists() -> None:
    op.create_table(
        "shortlist",
        sa.Column("need_id", sa.String(64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("top", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shortlist"),
        sa.UniqueConstraint("key", name="uq_shortlist_key"),
    )
    op.create_index("ix_shortlist_need_id", "shortlist", ["need_id"])
    op.create_index("ix_shortlist_organisation_id", "shortlist", ["organisation_id"])
    op.create_index("ix_shortlist_state", "shortlist", ["state"])
    op.create_table(
        "shortlist_item",
        sa.Column("list_id", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["shortlist.id"], name="fk_shortlist_item_list_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shortlist_item"),
        sa.UniqueConstraint("list_id", "firm_id", name="uq_shortlist_item_firm"),
    )
    op.create_index("ix_shortlist_item_list_id", "shortlist_item", ["list_id"])
    op.create_index("ix_shortlist_item_organisation_id", "shortlist_item", ["organisation_id"])
    op.create_table(
        "shortlist_note",
        sa.Column("list_id", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["shortlist.id"], name="fk_shortlist_note_list_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shortlist_note"),
    )
    op.create_index("ix_shortlist_note_list_id", "shortlist_note", ["list_id"])
    op.create_index("ix_shortlist_note_organisation_id", "shortlist_note", ["organisation_id"])
    op.create_table(
        "shortlist_version",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("list_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["shortlist.id"], name="fk_shortlist_version_list_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shortlist_version"),
        sa.UniqueConstraint("list_id", "number", name="uq_shortlist_version_number"),
    )
    op.create_index("ix_shortlist_version_organisation_id", "shortlist_version", ["organisation_id"])
    op.create_table(
        "supplier",
        sa.Column("row_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(18), nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=True),
        sa.Column("found", sa.String(16), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["row_id"], ["private_row.id"], name="fk_supplier_row_id"),
        sa.PrimaryKeyConstraint("id", name="pk_supplier"),
        sa.UniqueConstraint("row_id", name="uq_supplier_row_id"),
    )
    op.create_index("ix_supplier_firm_id", "supplier", ["firm_id"])
    op.create_index("ix_supplier_organisation_id", "supplier", ["organisation_id"])
    _append_only("shortlist_version")


def _needs() -> None:
    for column in (
        sa.Column("reach", sa.String(16), nullable=False, server_default="private"),
        sa.Column("anonymous", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("pseudonym", sa.String(80), nullable=False, server_default=""),
        sa.Column("first_use", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("invited", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("writers", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("outcome", sa.String(16), nullable=False, server_default=""),
        sa.Column("key", sa.String(96), nullable=True),
        sa.Column("source", sa.String(300), nullable=False, server_default=""),
    ):
        op.add_column("need", column)
    op.create_index("ix_need_key", "need", ["key"], unique=True)


def _watches() -> None:
    op.create_table(
        "watch",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.String(240), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("best", sa.Integer(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("looked", sa.String(10), nullable=True),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
        sa.UniqueConstraint("key", name="uq_watch_key"),
    )
    op.create_index("ix_watch_organisation_id", "watch", ["organisation_id"])
    op.create_index("ix_watch_user_id", "watch", ["user_id"])
    op.create_table(
        "notice",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("watch_id", sa.String(64), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("fact", sa.String(96), nullable=True),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("read", UtcTime(), nullable=True),
        sa.Column("sent", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_notice_watch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("key", name="uq_notice_key"),
    )
    op.create_index("ix_notice_day", "notice", ["day"])
    op.create_index("ix_notice_organisation_id", "notice", ["organisation_id"])
    op.create_index("ix_notice_user_id", "notice", ["user_id"])
    op.create_index("ix_notice_watch_id", "notice", ["watch_id"])
    op.create_table(
        "notice_address",
        sa.Column("user_id", sa.String(64), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("sent_day", sa.String(10), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try", UtcTime(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("ended", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_address"),
    )
    op.create_index("ix_notice_address_organisation_id", "notice_address", ["organisation_id"])
    op.create_index("ix_notice_address_user_id", "notice_address", ["user_id"])


def _inquiries() -> None:
    op.create_table(
        "inquiry",
        sa.Column("need_id", sa.String(64), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("deadline", UtcTime(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("sent", UtcTime(), nullable=True),
        sa.Column("opened", UtcTime(), nullable=True),
        sa.Column("key", sa.String(96), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inquiry"),
        sa.UniqueConstraint("key", name="uq_inquiry_key"),
    )
    op.create_index("ix_inquiry_deadline", "inquiry", ["deadline"])
    op.create_index("ix_inquiry_need_id", "inquiry", ["need_id"])
    op.create_index("ix_inquiry_organisation_id", "inquiry", ["organisation_id"])
    op.create_index("ix_inquiry_state", "inquiry", ["state"])
    op.create_table(
        "inquiry_party",
        sa.Column("inquiry_id", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=False),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("decision_reason", sa.String(32), nullable=False),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name="fk_inquiry_party_inquiry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inquiry_party"),
        sa.UniqueConstraint("inquiry_id", "firm_id", name="uq_inquiry_party_firm"),
    )
    op.create_index("ix_inquiry_party_firm_id", "inquiry_party", ["firm_id"])
    op.create_index("ix_inquiry_party_inquiry_id", "inquiry_party", ["inquiry_id"])
    op.create_index("ix_inquiry_party_organisation_id", "inquiry_party", ["organisation_id"])
    op.create_table(
        "quote",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("party_id", sa.String(64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["inquiry_party.id"], name="fk_quote_party_id"),
        sa.PrimaryKeyConstraint("number", name="pk_quote"),
    )
    op.create_index("ix_quote_party_id", "quote", ["party_id"])
    _append_only("quote")


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
