"""Bounties at work: their terms, applications with teams, reviews, agreements, milestones, objections, questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.db.models import UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("need_id", sa.String(64), nullable=True),
        sa.Column("rule_set", sa.String(64), nullable=False, server_default=""),
        sa.Column("rules", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("category", sa.String(16), nullable=False, server_default=""),
        sa.Column("field", sa.String(), nullable=False, server_default=""),
        sa.Column("form", sa.String(16), nullable=False, server_default="prize"),
        sa.Column("participation", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("benefit", sa.Text(), nullable=False, server_default=""),
        sa.Column("solver_terms", sa.Text(), nullable=False, server_default=""),
        sa.Column("own_effort", sa.Text(), nullable=False, server_default=""),
        sa.Column("own_funds", sa.BigInteger(), nullable=True),
        sa.Column("solver_cash", sa.BigInteger(), nullable=True),
        sa.Column("ip", sa.String(16), nullable=False, server_default=""),
        sa.Column("audit_right", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("broker_share", sa.Double(), nullable=True),
        sa.Column("contact", sa.String(), nullable=False, server_default=""),
        sa.Column("secrecy", sa.Text(), nullable=False, server_default=""),
        sa.Column("cleared", UtcTime(), nullable=True),
        sa.Column("cleared_by", sa.String(64), nullable=False, server_default=""),
        sa.Column("county_id", sa.String(64), nullable=True),
        sa.Column("host_id", sa.String(64), nullable=True),
        sa.Column("notice_until", sa.String(10), nullable=True),
        sa.Column("extended_from", sa.String(10), nullable=True),
        sa.Column("solvers_most", sa.Integer(), nullable=False, server_default="1"),
    ):
        op.add_column("bounty", column)
    op.create_index("ix_bounty_county_id", "bounty", ["county_id"])
    op.create_index("ix_bounty_host_id", "bounty", ["host_id"])
    op.create_index("ix_bounty_need_id", "bounty", ["need_id"])
    op.create_index("ix_bounty_notice_until", "bounty", ["notice_until"])
    _files_and_words()
    _applications()
    _work()


def _files_and_words() -> None:
    op.create_table(
        "bounty_file",
        sa.Column("bounty_id", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("guarded", sa.Boolean(), nullable=False),
        sa.Column("sent_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["bounty_id"], ["bounty.id"], name="fk_bounty_file_bounty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bounty_file"),
    )
    op.create_index("ix_bounty_file_bounty_id", "bounty_file", ["bounty_id"])
    op.create_index("ix_bounty_file_organisation_id", "bounty_file", ["organisation_id"])
    op.create_index("ix_bounty_file_subject_id", "bounty_file", ["subject_id"])
    op.create_table(
        "bounty_consent",
        sa.Column("bounty_id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("accepted_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["bounty_id"], ["bounty.id"], name="fk_bounty_consent_bounty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bounty_consent"),
        sa.UniqueConstraint("bounty_id", "organisation_id", "digest", name="uq_bounty_consent_once"),
    )
    op.create_index("ix_bounty_consent_bounty_id", "bounty_consent", ["bounty_id"])
    op.create_index("ix_bounty_consent_organisation_id", "bounty_consent", ["organisation_id"])
    op.create_table(
        "question",
        sa.Column("bounty_id", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered", UtcTime(), nullable=True),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(96), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["bounty_id"], ["bounty.id"], name="fk_question_bounty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint("key", name="uq_question_key"),
    )
    op.create_index("ix_question_bounty_id", "question", ["bounty_id"])
    op.create_index("ix_question_organisation_id", "question", ["organisation_id"])
    op.create_table(
        "objection",
        sa.Column("bounty_id", sa.String(64), nullable=False),
        sa.Column("notice", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered", UtcTime(), nullable=True),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(96), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["bounty_id"], ["bounty.id"], name="fk_objection_bounty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_objection"),
        sa.UniqueConstraint("key", name="uq_objection_key"),
    )
    op.create_index("ix_objection_bounty_id", "objection", ["bounty_id"])
    op.create_index("ix_objection_organisation_id", "objection", ["organisation_id"])
    op.create_index("ix_objection_state", "objection", ["state"])


def _applications() -> None:
    op.create_table(
        "application",
        sa.Column("bounty_id", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=True),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("coverage", sa.JSON(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("broker_id", sa.String(64), nullable=True),
        sa.Column("broker_share", sa.Double(), nullable=True),
        sa.Column("submitted", UtcTime(), nullable=True),
        sa.Column("written_by", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["bounty_id"], ["bounty.id"], name="fk_application_bounty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_application"),
        sa.UniqueConstraint("bounty_id", "organisation_id", name="uq_application_lead"),
    )
    op.create_index("ix_application_bounty_id", "application", ["bounty_id"])
    op.create_index("ix_application_broker_id", "application", ["broker_id"])
    op.create_index("ix_application_firm_id", "application", ["firm_id"])
    op.create_index("ix_application_organisation_id", "application", ["organisation_id"])
    op.create_index("ix_application_state", "application", ["state"])
    op.create_table(
        "team_member",
        sa.Column("application_id", sa.String(64), nullable=False),
        sa.Column("firm_id", sa.String(96), nullable=True),
        sa.Column("firm_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("answered", UtcTime(), nullable=True),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_team_member_application_id"),
        sa.PrimaryKeyConstraint("id", name="pk_team_member"),
        sa.UniqueConstraint("application_id", "firm_name", name="uq_team_member_name"),
    )
    op.create_index("ix_team_member_application_id", "team_member", ["application_id"])
    op.create_index("ix_team_member_firm_id", "team_member", ["firm_id"])
    op.create_index("ix_team_member_organisation_id", "team_member", ["organisation_id"])
    op.create_index("ix_team_member_token", "team_member", ["token"])
    op.create_table(
        "review",
        sa.Column("bounty_id", sa.String(64), nullable=False),
        sa.Column("application_id", sa.String(64), nullable=True),
        sa.Column("expert", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("scored", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["bounty_id"], ["bounty.id"], name="fk_review_bounty_id"),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_review_application_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("bounty_id", "application_id", "expert", name="uq_review_once"),
    )
    op.create_index("ix_review_application_id", "review", ["application_id"])
    op.create_index("ix_review_bounty_id", "review", ["bounty_id"])
    op.create_index("ix_review_expert", "review", ["expert"])
    op.create_index("ix_review_organisation_id", "review", ["organisation_id"])


def _work() -> None:
    op.create_table(
        "agreement",
        sa.Column("bounty_id", sa.String(64), nullable=False),
        sa.Column("application_id", sa.String(64), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("poster_accepted", UtcTime(), nullable=True),
        sa.Column("solver_accepted", UtcTime(), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["bounty_id"], ["bounty.id"], name="fk_agreement_bounty_id"),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name="fk_agreement_application_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
        sa.UniqueConstraint("application_id", name="uq_agreement_application_id"),
    )
    op.create_index("ix_agreement_bounty_id", "agreement", ["bounty_id"])
    op.create_index("ix_agreement_organisation_id", "agreement", ["organisation_id"])
    op.create_table(
        "milestone",
        sa.Column("agreement_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due", sa.String(10), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("measured", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("paid", sa.String(10), nullable=True),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_milestone_agreement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_milestone"),
        sa.UniqueConstraint("agreement_id", "number", name="uq_milestone_number"),
    )
    op.create_index("ix_milestone_agreement_id", "milestone", ["agreement_id"])
    op.create_index("ix_milestone_organisation_id", "milestone", ["organisation_id"])
    op.create_index("ix_milestone_state", "milestone", ["state"])
    op.create_table(
        "agreement_change",
        sa.Column("agreement_id", sa.String(64), nullable=False),
        sa.Column("side", sa.String(8), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("organisation_id", sa.String(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_agreement_change_agreement_id"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_change"),
    )
    op.create_index("ix_agreement_change_agreement_id", "agreement_change", ["agreement_id"])
    op.create_index("ix_agreement_change_organisation_id", "agreement_change", ["organisation_id"])
