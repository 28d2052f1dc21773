"""Expert review: conflicts found by the program, scores sealed until all are in, opened together, ranked with ties."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kg.parts import Parts
from tests.web.bounties import AT, actor, bounty, expert, organisation, to
from tests.web.people import far_client, people, quiet_home, sign_in
from web.accounts.actor import Actor
from web.app import create_app
from web.db.accounts import Organisation
from web.db.bounties import Application, Bounty, Review, TeamMember
from web.db.models import Event
from web.db.watches import Notice
from web.errors import UnusableError, WebError
from web.work.bounties import application as applications
from web.work.bounties import expert_review as work
from web.work.bounties.expert_conflict import Groups
from web.work.bounties.expert_ranking import Ranked, ranked, ranking, weighted
from web.work.bounties.rules import Criterion, RuleSet, rules_of

SEALED = "柔性装配线的良率存疑"
"""Words that stand in sealed scores alone."""


def scores(points: float = 7, words: str = SEALED) -> dict[str, str]:
    one = {f"points.{number}": f"{points:g}" for number in (1, 2, 3)}
    return {**one, **{f"reason.{number}": f"{words}{number}" for number in (1, 2, 3)}, "words": words}


class Round:
    """A bounty in a stage with experts, its applications sent and eligible."""

    def __init__(self, session: Session, state: str = "reviewing") -> None:
        self.session = session
        self.poster = organisation(session, "buyer", "云桁集团有限公司", "p")
        self.bureau = organisation(session, "authority", "某市科技局")
        self.bounty = bounty(session, self.poster, self.bureau, state)
        self.host = actor(self.bureau, "organiser")
        self.posts = actor(self.poster, "buyer_approver")
        self.institute = organisation(session, "institute", "甬江大学", "e")
        self.experts = [expert(session, self.institute, name) for name in ("甲", "乙")]
        self.rows = [self.applied(f"第{n}精工有限公司", f"f{n}") for n in range(2)] if state == "reviewing" else []

    def applied(self, name: str, firm: str) -> Application:
        place = organisation(self.session, "firm", name, firm)
        row = Application(organisation_id=place.id, bounty_id=self.bounty.id, firm_id=firm, firm_name=name)
        row.state, row.submitted = "eligible", AT
        self.session.add(row)
        self.session.flush()
        lead = TeamMember(application_id=row.id, organisation_id=place.id, firm_id=firm, firm_name=name, role="lead")
        lead.state = "confirmed"
        self.session.add(lead)
        self.session.flush()
        return row

    def assigned(self, who: Actor, groups: Groups | None = None, posters: tuple[str, ...] = ("p",)) -> list[Review]:
        wanted = [row.id for row in self.rows]
        return work.assign(self.session, self.host, self.bounty.id, who.user, wanted, posters, groups or {}, AT)

    def scored(self, who: Actor, review: Review, points: float = 7) -> None:
        work.accept(self.session, who, review.id, (), {}, AT)
        work.score(self.session, who, review.id, scores(points), (), {}, AT)

    def ranking(self, who: Actor | None = None) -> list[Ranked]:
        about = bool(self.rows)
        return ranking(self.session, who or self.host, self.bounty.id, of_applications=about)


def test_conflicts_are_found_and_keep_an_expert_from_seeing_anything(session: Session) -> None:
    stage = Round(session)
    own = expert(session, session.get_one(Organisation, stage.rows[0].organisation_id), "丙")
    assert [one.conflict.partition(":")[0] for one in stage.assigned(own)] == ["applicant", "co_applicant"]
    assert not work.of_expert(session, own)
    at_poster = expert(session, stage.poster, "丁")
    assert {one.conflict for one in stage.assigned(at_poster)} == {"poster:云桁集团有限公司"}
    for name, groups in (
        ("above", {"x": frozenset({"x"}), "f0": frozenset({"f0", "x"})}),
        ("below", {"x": frozenset({"x", "p"}), "p": frozenset({"p"})}),
    ):
        tied = expert(session, organisation(session, "institute", f"研究院{name}", "x"), name)
        assert "group" in {one.conflict.partition(":")[0] for one in stage.assigned(tied, groups)}, name
    first, second = stage.assigned(stage.experts[0])
    assert not first.conflict and work.accept(session, stage.experts[0], first.id, (), {}, AT).state == "accepted"
    assert applications.one(session, stage.experts[0], stage.rows[0].id).side == "expert"
    work.declare(session, stage.experts[0], first.id, "曾一起做项目", AT)
    with pytest.raises(WebError):
        applications.one(session, stage.experts[0], stage.rows[0].id)
    bought = {"e": frozenset({"e", "f1"})}  # the institute was bought by an applicant meanwhile
    assert work.accept(session, stage.experts[0], second.id, (), bought, AT).state == "conflicted"


def test_scores_are_opened_together_by_another_person_and_ranked_with_spread_and_ties(session: Session) -> None:
    stage = Round(session)
    reviews = [review for who in stage.experts for review in stage.assigned(who)]
    assert [one.id for one in stage.assigned(stage.experts[0])] == [one.id for one in reviews[:2]]  # asked once
    with pytest.raises(UnusableError) as caught:
        work.read_scores(rules_of({}), {**scores(), "points.2": "11", "reason.3": " "})
    assert set(caught.value.wrong) == {"points.2", "reason.3"}
    given_points = (7, 5, 8, 10)
    for review, points in zip(reviews, given_points, strict=True):
        with pytest.raises(WebError) as refused:
            work.open_round(session, stage.host, stage.bounty.id, AT)
        assert refused.value.code == "WE168"
        who = next(one for one in stage.experts if one.user == review.expert)
        stage.scored(who, review, points)
    judge = Actor(stage.experts[0].user, "甲", stage.bureau.id, "authority", None, frozenset({"organiser"}))
    with pytest.raises(WebError) as refused:
        work.open_round(session, judge, stage.bounty.id, AT)
    assert refused.value.code == "WE168"
    work.open_round(session, stage.host, stage.bounty.id, AT)
    assert {row.state for row in stage.rows} == {"reviewed"}
    found = stage.ranking()
    assert [(one.mean, one.lowest, one.highest, one.deviation, one.rank, one.tied) for one in found] == [
        (75.0, 70.0, 80.0, 5.0, 1, True),
        (75.0, 50.0, 100.0, 25.0, 1, True),
    ]
    assert {given.expert for one in found for given in one.given} == {"甲", "乙"}
    assert all(not one.given for one in stage.ranking(stage.posts))  # the poster sees means, not who gave what
    logged = session.scalars(select(Event).where(Event.subject == "review_round")).one()
    assert all(review.digest in logged.reason and work.digest_of(review) == review.digest for review in reviews)
    with pytest.raises(WebError):  # nothing is changed after it
        work.score(session, stage.experts[0], reviews[0].id, scores(), (), {}, AT)


def test_weights_are_those_of_the_rules() -> None:
    rules = RuleSet(
        id="w", title="w", criteria=(Criterion(name="a", weight=3, most=20), Criterion(name="b", weight=1, most=5))
    )
    assert weighted(rules, [10, 5]) == 62.5
    alone = [Ranked(name, name, "", mean, 0, 0, 0, ()) for name, mean in (("x", 60.001), ("y", 60.004), ("z", 61.0))]
    assert [(one.name, one.rank, one.tied) for one in ranked(alone)] == [
        ("z", 1, False),
        ("x", 2, True),
        ("y", 2, True),
    ]


ACTS = st.tuples(st.sampled_from(("assign", "accept", "score", "declare", "release", "open")), st.integers(0, 3))


@given(st.sampled_from(("reviewing", "expert_review")), st.lists(ACTS, max_size=16))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sealed_stays_sealed_whatever_is_done(session: Session, state: str, acts: list[tuple[str, int]]) -> None:
    with session.begin_nested() as undone:
        stage = Round(session, state)
        for act, place in acts:
            with suppress(WebError):
                _act(stage, act, place)
            session.flush()
            reviews = list(session.scalars(select(Review).where(Review.bounty_id == stage.bounty.id)))
            opened = any(one.state == "opened" for one in reviews)
            if opened:
                assert not any(one.state in work.WAITS and one.application_id in _eligible(stage) for one in reviews)
                continue
            with pytest.raises(WebError):
                stage.ranking()
            with pytest.raises(WebError):
                stage.ranking(stage.posts)
            told = repr(work.seats(session, stage.host, stage.bounty.id))
            told += repr([(one.reason, one.digest) for one in session.scalars(select(Event))])
            told += repr([one.told for one in session.scalars(select(Notice))])
            assert SEALED not in told
        undone.rollback()


def _eligible(stage: Round) -> set[str | None]:
    return {row.id for row in stage.rows if row.state == "eligible"} or {None}


def _act(stage: Round, act: str, place: int) -> None:
    session, who = stage.session, stage.experts[place % 2]
    own = [row for row, _, _ in work.of_expert(session, who)]
    review = own[place // 2 % len(own)] if own else None
    if act == "assign":
        stage.assigned(who)
    elif act == "open":
        work.open_round(session, stage.host, stage.bounty.id, AT)
    elif review is None:
        return
    elif act == "accept":
        work.accept(session, who, review.id, (), {}, AT)
    elif act == "score":
        work.score(session, who, review.id, scores(place + 1), (), {}, AT)
    elif act == "declare":
        work.declare(session, who, review.id, "认识", AT)
    else:
        work.release(session, stage.host, review.id, "没有回音", AT)


def test_a_returned_bounty_is_reviewed_anew(session: Session) -> None:
    stage = Round(session, "draft")
    to(session, stage.bounty, "expert_review")
    (first,) = stage.assigned(stage.experts[0])
    stage.scored(stage.experts[0], first)
    work.open_round(session, stage.host, stage.bounty.id, AT)
    assert stage.ranking()[0].mean == 70.0
    later = AT.replace(day=20)
    to(session, stage.bounty, "returned", later)
    to(session, stage.bounty, "expert_review", later)
    with pytest.raises(WebError):
        stage.ranking()
    again = work.assign(session, stage.host, stage.bounty.id, stage.experts[0].user, [], (), {}, later)
    assert again[0].id != first.id


def test_the_pages_of_host_and_expert(tmp_path: Path, parts: Parts) -> None:
    with quiet_home(tmp_path, parts) as home:
        world, app = people(home.database(), home.settings), create_app(home)
        buyer, bureau = world.organisation("buyer", "云桁采购"), world.organisation("authority", "某市科技局")
        campus = world.organisation("institute", "甬江大学")
        world.user("operator", None)
        with home.database().session() as session:
            places = {place.id: place for place in session.scalars(select(Organisation))}
            made = bounty(session, places[buyer], places[bureau], "draft", anonymous=True)
            made.visibility = "private"
            to(session, made, "expert_review")
        host, judge = sign_in(app, world.login(bureau, "organiser")), sign_in(app, world.login(campus, "expert"))
        poster, operator = (
            sign_in(app, world.login(buyer, "buyer_approver")),
            sign_in(app, world.login(None, "operator")),
        )
        page = f"/bounties/{made.id}/reviews"
        assert "甬江大学" in host.get(page).text
        assert host.post(page, data={"expert": world.ids[campus, "expert"]}).status_code == 303
        assert host.post(f"{page}/open").status_code == 409
        with home.database().session() as session:
            review = session.scalars(select(Review)).one().id
        before = judge.get(f"/expert/{review}").text
        assert "现有钢丝强度不够" not in before and "云桁采购" not in before  # nothing of it before it is accepted
        assert judge.post(f"/expert/{review}", data={"do": "accept"}).status_code == 303
        back = judge.post(f"/expert/{review}", data={**scores(), "points.1": "99", "do": "score"})
        assert back.status_code == 422 and SEALED in back.text and "WE160" in back.text
        assert judge.post(f"/expert/{review}", data={**scores(6.5), "do": "score"}).status_code == 303
        assert SEALED in judge.get(f"/expert/{review}").text
        looked = (page, f"/expert/{review}", f"/bounties/{made.id}/applications", "/inbox", "/desk", "/audit")
        for client in (host, poster, operator, far_client(app)):
            for address in looked:
                assert SEALED not in client.get(address).text, address
        assert SEALED not in operator.get("/audit.csv").text
        shown = host.post(f"{page}/open")
        assert shown.status_code == 303 and SEALED in host.get(page).text and ">65<" in host.get(page).text
        assert SEALED not in poster.get(page).text
        with home.database().session() as session:
            assert session.get_one(Bounty, made.id).state == "expert_review"  # the host moves the bounty itself
