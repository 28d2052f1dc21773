"""Tables of bounties (揭榜挂帅): the challenge, who applies in which team, what experts say, what was reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from web.db.models import Base, Need, Owned, new_id


class Bounty(Need, kw_only=True):
    """A published challenge: a need with targets, terms and an award. Its `buyer` is who posts it, its `text` the
    technical problem. States are those of `web.work.bounties.states`.

    Sums are integer fen; `due`, `awarded`, `accepted` and `notice_until` ISO dates, `notice_until` the last day on
    which the notice that runs can be objected to. `targets` are {name, operator, value, value_max, unit, method} and
    `team` the solvers, {name, role, task}. `rules` is the rule set named by `rule_set` as it stood when the bounty was
    submitted.
    `ip` is none, non_exclusive or exclusive, `ip_terms` its words; `form` prize or scouting; `participation` who may
    apply: individual, organisation, team, broker. `own_funds` is what the poster spends itself, `solver_cash` what a
    solver gets in money. `secrecy` is the agreement that stands before the attachments, `confidentiality` how
    confidential its matter is: open, internal, commercial (a trade secret), never a state secret. `cleared_by` declared
    at `cleared` that nothing of it is a state secret. `county_id` and `host_id` are the organisations that look at it
    and that lead it through its stages, `solvers_most` how many may work on it side by side.
    """

    __tablename__ = "bounty"

    id: Mapped[str] = mapped_column(ForeignKey("need.id"), primary_key=True, default_factory=new_id)
    organiser: Mapped[str] = mapped_column(default="")
    amount: Mapped[int | None] = mapped_column(BigInteger, default=None)
    city_grant: Mapped[int | None] = mapped_column(BigInteger, default=None)
    ip_terms: Mapped[str] = mapped_column(default="")
    trl: Mapped[int | None] = mapped_column(default=None)
    due: Mapped[str | None] = mapped_column(String(10), default=None)
    targets: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    awarded: Mapped[str | None] = mapped_column(String(10), default=None)
    accepted: Mapped[str | None] = mapped_column(String(10), default=None)
    team: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    need_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    rule_set: Mapped[str] = mapped_column(String(64), default="")
    rules: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    category: Mapped[str] = mapped_column(String(16), default="")
    field: Mapped[str] = mapped_column(default="")
    form: Mapped[str] = mapped_column(String(16), default="prize")
    participation: Mapped[list[str]] = mapped_column(default_factory=list)
    benefit: Mapped[str] = mapped_column(Text, default="")
    solver_terms: Mapped[str] = mapped_column(Text, default="")
    own_effort: Mapped[str] = mapped_column(Text, default="")
    own_funds: Mapped[int | None] = mapped_column(BigInteger, default=None)
    solver_cash: Mapped[int | None] = mapped_column(BigInteger, default=None)
    ip: Mapped[str] = mapped_column(String(16), default="")
    audit_right: Mapped[bool] = mapped_column(default=False)
    broker_share: Mapped[float | None] = mapped_column(default=None)
    contact: Mapped[str] = mapped_column(default="")
    secrecy: Mapped[str] = mapped_column(Text, default="")
    confidentiality: Mapped[str] = mapped_column(String(16), default="")
    cleared: Mapped[datetime | None] = mapped_column(default=None)
    cleared_by: Mapped[str] = mapped_column(String(64), default="")
    county_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    host_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    notice_until: Mapped[str | None] = mapped_column(String(10), default=None, index=True)
    extended_from: Mapped[str | None] = mapped_column(String(10), default=None)
    solvers_most: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {  # noqa: RUF012 (SQLAlchemy's own name and form)
        "polymorphic_identity": "bounty",
        "polymorphic_load": "inline",
    }


class BountyFile(Owned, Base, kw_only=True):
    """An attachment of a bounty, an application, an agreement or a milestone: `subject` and `subject_id` say of which.

    Where it is `guarded`, it is shown after the bounty's agreement has been accepted.
    """

    __tablename__ = "bounty_file"

    bounty_id: Mapped[str] = mapped_column(ForeignKey("bounty.id"), index=True)
    subject: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    guarded: Mapped[bool] = mapped_column(default=False)
    sent_by: Mapped[str] = mapped_column(String(64), default="")


class BountyConsent(Owned, Base, kw_only=True):
    """An organisation accepted the agreement before a bounty's attachments: who, and the hash of its words."""

    __tablename__ = "bounty_consent"
    __table_args__ = (UniqueConstraint("bounty_id", "organisation_id", "digest", name="uq_bounty_consent_once"),)

    bounty_id: Mapped[str] = mapped_column(ForeignKey("bounty.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    accepted_by: Mapped[str] = mapped_column(String(64), default="")


class Question(Owned, Base, kw_only=True):
    """A question on an open bounty; its organisation is who asks, whom nobody else sees. All see it once answered."""

    __tablename__ = "question"

    bounty_id: Mapped[str] = mapped_column(ForeignKey("bounty.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered: Mapped[datetime | None] = mapped_column(default=None)
    asked_by: Mapped[str] = mapped_column(String(64), default="")
    answered_by: Mapped[str] = mapped_column(String(64), default="")
    key: Mapped[str | None] = mapped_column(String(96), default=None, unique=True)


class Objection(Owned, Base, kw_only=True):
    """An objection (异议) to a notice of a bounty: `notice` is notice or award_notice. State: open, upheld, rejected,
    withdrawn. Who objects (`author`, `contact`) is for the host alone.
    """

    __tablename__ = "objection"

    bounty_id: Mapped[str] = mapped_column(ForeignKey("bounty.id"), index=True)
    notice: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered: Mapped[datetime | None] = mapped_column(default=None)
    answered_by: Mapped[str] = mapped_column(String(64), default="")
    key: Mapped[str | None] = mapped_column(String(96), default=None, unique=True)


class Application(Owned, Base, kw_only=True):
    """Who wants to solve a bounty (揭榜申请); its organisation is the lead. States: `web.work.bounties.application`.

    `coverage` are {target (number from 1), member (firm id), promise, figure}, `checks` the eligibility as it was
    found {rule, verdict, why, evidence}, `price` integer fen. `broker_id` is the organisation that brought it, with
    its `broker_share` in percent. `digest` is the hash of what was submitted.
    """

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("bounty_id", "organisation_id", name="uq_application_lead"),)

    bounty_id: Mapped[str] = mapped_column(ForeignKey("bounty.id"), index=True)
    firm_id: Mapped[str | None] = mapped_column(String(96), default=None, index=True)
    firm_name: Mapped[str] = mapped_column(default="")
    form: Mapped[str] = mapped_column(String(16), default="organisation")
    state: Mapped[str] = mapped_column(String(16), default="draft", index=True)
    plan: Mapped[str] = mapped_column(Text, default="")
    price: Mapped[int | None] = mapped_column(BigInteger, default=None)
    months: Mapped[int | None] = mapped_column(default=None)
    coverage: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    broker_id: Mapped[str | None] = mapped_column(String(64), default=None, index=True)
    broker_share: Mapped[float | None] = mapped_column(default=None)
    submitted: Mapped[datetime | None] = mapped_column(default=None)
    written_by: Mapped[str] = mapped_column(String(64), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")


class TeamMember(Owned, Base, kw_only=True):
    """One of an application's team; its organisation is the member's where it has an account. State: asked, confirmed,
    declined. One is the lead. `token` is the hash of a one-time link for a member without an account.
    """

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("application_id", "firm_name", name="uq_team_member_name"),)

    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    firm_id: Mapped[str | None] = mapped_column(String(96), default=None, index=True)
    firm_name: Mapped[str]
    role: Mapped[str] = mapped_column(String(16), default="member")
    task: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="asked")
    token: Mapped[str] = mapped_column(String(64), default="", index=True)
    answered: Mapped[datetime | None] = mapped_column(default=None)
    answered_by: Mapped[str] = mapped_column(String(64), default="")


class Review(Owned, Base, kw_only=True):
    """An expert looks at a bounty, or at one application to it. State: assigned, conflicted, accepted, scored, opened.

    `scores` are {criterion, points, reason}, sealed until all of the same round are in and are opened together;
    `digest` is the hash of what was scored, with `salt`. `conflict` says what stands against this expert.
    """

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("bounty_id", "application_id", "expert", name="uq_review_once"),)

    bounty_id: Mapped[str] = mapped_column(ForeignKey("bounty.id"), index=True)
    application_id: Mapped[str | None] = mapped_column(ForeignKey("application.id"), default=None, index=True)
    expert: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16), default="assigned")
    conflict: Mapped[str] = mapped_column(Text, default="")
    scores: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    words: Mapped[str] = mapped_column(Text, default="")
    salt: Mapped[str] = mapped_column(String(64), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    scored: Mapped[datetime | None] = mapped_column(default=None)


class Agreement(Owned, Base, kw_only=True):
    """What poster and solver agreed (揭榜协议): `terms` {content, targets, delivery, funds, ip, audit, broker}.

    State: draft, agreed, ended. Each side accepts the same `digest`.
    """

    __tablename__ = "agreement"

    bounty_id: Mapped[str] = mapped_column(ForeignKey("bounty.id"), index=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), unique=True)
    terms: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    state: Mapped[str] = mapped_column(String(16), default="draft")
    digest: Mapped[str] = mapped_column(String(64), default="")
    poster_accepted: Mapped[datetime | None] = mapped_column(default=None)
    solver_accepted: Mapped[datetime | None] = mapped_column(default=None)


class Milestone(Owned, Base, kw_only=True):
    """A step of the work under an agreement. State: planned, reported, accepted, refused, paid. `amount` integer fen.

    `measured` are {target (number from 1), value, unit, method, file (id), verdict}.
    """

    __tablename__ = "milestone"
    __table_args__ = (UniqueConstraint("agreement_id", "number", name="uq_milestone_number"),)

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    number: Mapped[int]
    title: Mapped[str]
    due: Mapped[str | None] = mapped_column(String(10), default=None)
    amount: Mapped[int | None] = mapped_column(BigInteger, default=None)
    final: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(16), default="planned", index=True)
    report: Mapped[str] = mapped_column(Text, default="")
    measured: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    words: Mapped[str] = mapped_column(Text, default="")
    paid: Mapped[str | None] = mapped_column(String(10), default=None)


class AgreementChange(Owned, Base, kw_only=True):
    """A change of an agreement that one side proposes and the other consents to. State: proposed, agreed, refused.

    `what` is the field, `before` and `after` its values.
    """

    __tablename__ = "agreement_change"

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    side: Mapped[str] = mapped_column(String(8))
    what: Mapped[str] = mapped_column(String(32))
    before: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="proposed")
    proposed_by: Mapped[str] = mapped_column(String(64), default="")
    answered_by: Mapped[str] = mapped_column(String(64), default="")
