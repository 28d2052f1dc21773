"""Bounties of the demo at work: those of `seeds/demo/work.yml`, brought to their stages by the same steps as any other.

Each step is taken by whose it is, on the day that the file says, so that log, inbox and pages are what they would be.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.yml import read_yaml
from web.accounts.actor import Actor
from web.accounts.demo import firm_by_code
from web.db.accounts import Membership, Organisation
from web.db.bounties import Application, Bounty, TeamMember
from web.db.chains import ChainGap, GapRun
from web.db.models import Outbox
from web.db.watches import Notice
from web.work.bounties import agreement as agreements
from web.work.bounties import application as applications
from web.work.bounties import application_decision as decisions
from web.work.bounties import application_team as teams
from web.work.bounties import expert_review as reviews
from web.work.bounties import milestone as milestones
from web.work.bounties import steps
from web.work.bounties.application_broker import offer, take_broker
from web.work.bounties.application_rules import Known
from web.work.bounties.award import award
from web.work.bounties.rules import FOLDER, PLAIN
from web.work.bounties.states import BOUNTY, enter_stage
from web.work.step import note
from web.work.typed import YUAN

if TYPE_CHECKING:
    from web.home import Home

SUMS = ("amount", "city_grant", "solver_cash", "own_funds")
STAGES = (
    "submitted", "county_review", "expert_review", "notice", "open", "closed", "no_taker", "reviewing", "negotiating",
    "award_notice", "contracted", "project", "running", "settled",
)  # fmt: skip
CHECKED = "示例：已核对"
"""What the demo's host writes where it has to say why."""


def play(home: Home) -> int:
    """Bring the demo's bounties to their stages; those that are there stay as they are. Returns how many there are.

    Before the graph is settled: it takes them along with everything else. Which firms applied `prove` says afterwards.
    """
    world = _world()
    with home.database().session() as session:
        new = [line for line in world["bounties"] if session.get(Bounty, line["id"]) is None]
        if new:
            for one in world["applicants"]:
                if session.get(Organisation, one["id"]) is None:
                    session.add(Organisation(id=one["id"], name=one["name"], kind="firm", demo=True))
            session.flush()
            _posted(session, world)
            for line in new:
                _Played(home, session, world, line).play()
            _read(session, _day(world["read_until"]))
    return len(world["bounties"])


def prove(home: Home) -> None:
    """Say of those who applied which firms of the graph they are, once it has them."""
    applicants = _world()["applicants"]
    with home.database().session() as session:
        waiting = [one for one in applicants if session.get_one(Organisation, one["id"]).enterprise_id is None]
    firms = {one["id"]: firm_by_code(home, one["code"]) for one in waiting}
    with home.database().session() as session:
        for key, firm in firms.items():
            session.get_one(Organisation, key).enterprise_id = firm
        session.flush()
        known = select(Organisation.id, Organisation.enterprise_id).where(
            Organisation.demo, Organisation.enterprise_id.is_not(None)
        )
        for key, firm in session.execute(known).all():
            for row in session.scalars(select(Application).where(Application.organisation_id == key)):
                row.firm_id = firm
            for member in session.scalars(select(TeamMember).where(TeamMember.organisation_id == key)):
                member.firm_id = firm


def _world() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml((resources.files("seeds") / "demo" / "work.yml").read_text("utf-8"))
    return found


def _posted(session: Session, world: Mapping[str, Any]) -> None:
    """What the bounties of the demo's file have here besides: host, who may apply, the gap that one is from."""
    said = dict(world["gap"])
    as_of, rules = _day(said.pop("as_of")), said.pop("rules")
    gap = ChainGap(id=f"{said['rule']}:{said['node']}:{said['region']}:{as_of}", as_of=as_of, **said)
    if session.get(ChainGap, gap.id) is None:
        found = {"kinds": [gap.kind], "firms_local": gap.firms_local, "firms_all": gap.firms_all}
        session.add(gap)
        session.add(
            GapRun(
                chain=gap.chain, region=gap.region, rules=rules, as_of=as_of, counts={gap.kind: 1},
                nodes={gap.node: found},
            )
        )  # fmt: skip
    for key, more in world["posted"].items():
        row = session.get(Bounty, key)
        if row is None:
            continue
        row.host_id = world["host"]
        row.participation = list(more.get("participation", row.participation))
        row.broker_share = more.get("broker_share", row.broker_share)
        if more.get("gap"):
            row.gap = gap.id
            session.add(Outbox(subject=row.kind, subject_id=row.id))


def _read(session: Session, until: str) -> None:
    """What the demo's people were told long ago they have read: their inbox begins with what is new."""
    places = select(Organisation.id).where(Organisation.demo)
    early = select(Notice).where(Notice.day < until, Notice.read.is_(None), Notice.organisation_id.in_(places))
    for notice in session.scalars(early):
        notice.read = notice.created


def _day(said: date | str) -> str:
    return said.isoformat() if isinstance(said, date) else said


class _Played:
    """One bounty of the file on its way."""

    def __init__(self, home: Home, session: Session, world: Mapping[str, Any], line: Mapping[str, Any]) -> None:
        self.home, self.session, self.line = home, session, line
        self.world = world
        self.poster = self._actor(world["poster"], "buyer_approver")
        self.host = self._actor(world["host"], "organiser")
        self.county = self._actor(world["county"], "county")
        self.row = self._written()
        self.chosen: dict[str, str] = {}

    def play(self) -> None:
        """Each stage on its day, until the one that the file says."""
        for stage in STAGES:
            if stage in self.line["days"]:
                self._stage(stage)
            if stage == "open" and "apply" in self.line["days"]:
                for said in self.line["applications"]:
                    self._apply(said)
        assert self.row.state == self.line["state"], self.row.id

    def _actor(self, organisation: str, role: str) -> Actor:
        """Who takes steps there: the account of the demo with this role, where it has one."""
        place = self.session.get_one(Organisation, organisation)
        held = select(Membership.user_id).where(Membership.organisation_id == organisation, Membership.role == role)
        user = self.session.scalar(held.limit(1)) or "demo"
        return Actor(user, "", organisation, place.kind, place.enterprise_id, frozenset({role}), place.name)

    def _at(self, name: str) -> datetime:
        return self._moment(self.line["days"][name])

    def _moment(self, said: date | str) -> datetime:
        day = date.fromisoformat(_day(said))
        return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)

    def _written(self) -> Bounty:
        line, at = self.line, self._at("draft")
        plain = (
            "id", "title", "field", "category", "products", "text", "own_effort", "benefit", "participation", "form",
            "ip", "ip_terms", "trl", "audit_right", "broker_share", "anonymous",
        )  # fmt: skip
        columns: dict[str, Any] = {name: line[name] for name in plain if name in line}
        columns |= {name: line[name] * YUAN for name in SUMS if name in line}
        columns |= {name: _day(line[name]) for name in ("deadline", "due")}
        row = Bounty(
            **columns,
            targets=[{"unit": "", "method": "", **one} for one in line["targets"]],
            organisation_id=self.poster.organisation,
            buyer=self.poster.organisation_name,
            reach="public",
            writers=[self.poster.user],
            cleared=at,
            cleared_by=self.poster.user,
            created=at,
            demo=True,
        )
        self.session.add(row)
        self.session.flush()
        note(self.session, row, BOUNTY.subject, None, "draft", self.poster.user, at)
        return row

    def _stage(self, stage: str) -> None:
        session, row, at = self.session, self.row, self._at(stage)
        if stage == "submitted":
            host, county = self.world["host"], self.world["county"]
            folder = self.home.settings.home / FOLDER
            steps.submit(session, self.poster, row.id, PLAIN, host, county, at, folder, looked=True)
        elif stage == "closed":
            enter_stage(session, row, "closed", actor="deadline", at=at, reason=f"deadline {row.deadline}")
            self._check()
        elif stage == "award_notice":
            award(session, self.poster, row.id, list(self.chosen), self.chosen, at)
        elif stage == "contracted":
            agreements.contract(session, row, "deadline", at)
            self._agree()
        elif stage in ("project", "running"):
            agreements.start(session, row, stage, self.host.user, at)
            if stage == "running":
                self._work()
        elif stage == "settled":
            milestones.settle_bounty(session, self.host, row.id, "", at)
        else:
            mover = self.county if row.state == "county_review" else self.host
            steps.move(session, mover, row.id, stage, self.line.get("reason", ""), None, at)
            if stage == "reviewing":
                self._review(at)

    # --- applications ------------------------------------------------------------------------------------------------

    def _lead(self, said: Mapping[str, Any]) -> Actor:
        return self._actor(said["lead"], "individual" if said["lead"] == "demo-individual" else "firm_owner")

    def _said(self, row: Application) -> Mapping[str, Any]:
        found: Mapping[str, Any] = next(one for one in self.line["applications"] if one["lead"] == row.organisation_id)
        return found

    def _apply(self, said: Mapping[str, Any]) -> None:
        session, at, lead = self.session, self._at("apply"), self._lead(said)
        typed = {"plan": said["plan"], "price": said["price"], "months": str(said["months"])}
        row = applications.begin(session, lead, self.row.id, typed, Known(graph=False), at)
        if "broker" in said:
            code = offer(session, self._actor(self.world["broker"], "organiser"), self.row.id, str(said["broker"]), at)
            take_broker(session, lead, row.id, code, at)
        if "member" in said:
            self._join(lead, row, said["member"], at)
        applications.submit(session, lead, row.id, Known(graph=False), at)
        if "chosen" in said:
            self.chosen[row.id] = said["chosen"]

    def _join(self, lead: Actor, row: Application, said: Mapping[str, Any], at: datetime) -> None:
        session = self.session
        member = teams.ask(session, lead, row.id, said["name"], None, said["task"], at)
        applications.share(session, lead, row.id, at)
        if "organisation" in said:
            teams.answer(session, self._actor(said["organisation"], "firm_owner"), row.id, True, at)
        else:
            _, code = teams.link(session, lead, row.id, member.id, at)
            teams.answer_by_link(session, code, True, at)

    def _sent(self) -> list[Application]:
        return decisions.applied(self.session, self.row)

    def _check(self) -> None:
        at = self._at("checked" if "checked" in self.line["days"] else "closed")
        for row in self._sent():
            decisions.decide(self.session, self.host, row.id, "eligible", CHECKED, at)

    def _review(self, at: datetime) -> None:
        """Experts look at those that stay in review; the others are reviewed without, as the reason says."""
        session, sent = self.session, self._sent()
        if self.line["state"] != "reviewing":
            for row in sent:
                decisions.decide(session, self.host, row.id, "reviewed", "示例：没有请专家", at)
            return
        held = select(Membership.user_id).where(Membership.role == "expert", Membership.ended.is_(None))
        expert = session.scalar(held.where(Membership.organisation_id == self.host.organisation).limit(1)) or ""
        reviews.assign(session, self.host, self.row.id, expert, [row.id for row in sent], [], {}, at)

    # --- work --------------------------------------------------------------------------------------------------------

    def _agree(self) -> None:
        session, at, plan = self.session, self._at("agreed"), self.line["plan"]
        for row, application in agreements.of_bounty(session, self.row):
            lead = self._said(application)
            total, shares = lead["price"], [str(one["fen"] // YUAN) for one in row.terms["funds"]["split"]]
            terms: dict[str, Any] = {
                "content": [row.terms["content"]], "delivery": [row.terms["delivery"]], "total": [total],
                "share": shares, "ip": [self.row.ip], "ip_words": [self.row.ip_terms],
                "audit": ["yes"] if self.row.audit_right else [],
                "m_title": [one["title"] for one in plan], "m_due": [_day(one["due"]) for one in plan],
                "m_amount": [str(one["amount"]) for one in plan],
            }  # fmt: skip
            agreements.write(session, self.poster, row.id, terms, at)
            for side in (self.poster, self._lead(lead)):
                agreements.accept(session, side, row.id, row.digest, at)

    def _work(self) -> None:
        """Milestones as far as the file says: reported, accepted, paid."""
        session = self.session
        for agreement, application in agreements.of_bounty(session, self.row):
            lead = self._lead(self._said(application))
            for row, said in zip(agreements.milestones(session, agreement), self.line["plan"], strict=True):
                if "reported" not in said:
                    return
                typed = {f"value.{number}": value for number, value in said["measured"].items()}
                milestones.report(session, lead, row.id, said["words"], typed, self._moment(said["reported"]))
                if "accepted" in said:
                    milestones.accept(session, self.poster, row.id, "", self._moment(said["accepted"]))
                if "paid" in said:
                    milestones.pay(session, self.poster, row.id, self._moment(said["paid"]))
