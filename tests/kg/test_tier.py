"""The ladder through time: what a list proves, what is reckoned, what stays unknown; and the real list of Ningbo."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter, defaultdict
from importlib import resources
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kg.mapping import Manifest, facts
from kg.ontology import Ontology
from kg.projection import project
from kg.records import Document, DocumentId
from kg.tier import Said, course, courses, rules, years_later

TODAY = "2026-11-25"
NOTICE = Said("little_giant", "notice", "2022-08-08", "第四批", fact="n")
REVIEW = Said("little_giant", "recheck_notice", "2025", "2025年", fact="r")


def kinds(*lines: Said, day: str = TODAY) -> list[tuple]:
    [found] = courses(lines, day)
    return [(step.kind, step.date, step.reckoned) for step in found.steps]


def standing(*lines: Said, day: str = TODAY) -> str:
    [found] = courses(lines, day)
    return found.standing


def test_a_notice_proves_nothing_and_lapses_by_reckoning():
    assert standing(NOTICE, day="2023-01-01") == "notice"
    assert standing(NOTICE, day="2025-08-08") == "notice"
    assert standing(NOTICE, day="2025-08-09") == "lapsed_or_unknown"
    assert kinds(NOTICE) == [
        ("notice", "2022-08-08", False),
        ("end", "2025-08-08", True),
        ("no_review", None, True),
    ]
    [found] = courses([NOTICE], TODAY)
    assert found.steps[1].if_confirmed, "the term counts only if the firm was recognised"


def test_a_notice_of_review_implies_an_earlier_recognition_of_unknown_date_and_renews_nothing():
    assert standing(NOTICE, REVIEW) == "implied"
    assert kinds(NOTICE, REVIEW) == [
        ("notice", "2022-08-08", False),
        ("implied", None, False),
        ("recheck_notice", "2025", False),
        ("end", "2028", True),
    ]
    [found] = courses([REVIEW], TODAY)
    assert found.steps[0].level == "strongly_inferred"
    assert found.steps[-1].if_confirmed
    assert standing(REVIEW, day="2028-12-31") == "implied"
    assert standing(REVIEW, day="2029-01-01") == "lapsed_or_unknown"


def test_a_recognition_holds_for_its_term():
    held = Said("specialised", "recognised", "2024-02-29")
    assert standing(held, day="2027-02-28") == "recognised"
    assert standing(held, day="2027-03-01") == "lapsed_or_unknown"
    stated = dataclasses.replace(held, valid_to="2025-06-30")
    assert standing(stated, day="2025-06-30") == "recognised"
    assert kinds(stated)[1] == ("end", "2025-06-30", False)
    again = Said("specialised", "rechecked", "2027-01-15")
    assert standing(held, again, day="2028-01-01") == "recognised"
    assert kinds(held, again, day="2028-01-01")[-1] == ("end", "2030-01-15", True)


def test_a_removal_ends_it_until_it_is_recognised_anew():
    lines = [Said("champion", "recognised", "2023"), Said("champion", "revoked", "2024-05-01")]
    assert standing(*lines) == "revoked"
    assert kinds(*lines)[-1][0] == "revoked"
    assert standing(*lines, Said("champion", "recognised", "2026-01-01")) == "recognised"
    assert standing(*lines, day="2024-04-30") == "recognised"


def test_what_comes_after_the_day_is_not_known_on_it():
    assert kinds(NOTICE, REVIEW, day="2023-01-01") == kinds(NOTICE, day="2023-01-01")
    assert courses([REVIEW], "2024-12-31") == []
    assert standing(Said("little_giant", "recognised", None)) == "lapsed_or_unknown"


def test_the_end_of_a_term_is_as_exact_as_its_beginning():
    assert [years_later(date, 3) for date in ("2022", "2022-08", "2024-02-29")] == ["2025", "2025-08", "2027-02-28"]


def test_every_rule_has_words_and_a_source():
    for name, rule in rules().items():
        assert {"zh", "en", "source"} <= rule.keys(), name
        assert ("own" in rule) != ("verified" in rule), name


dates = st.sampled_from([None, "2019", "2021-05", "2022-08-08", "2024-02-29", "2025", "2026-01-01"])
lines = st.lists(
    st.builds(
        Said,
        st.just("little_giant"),
        st.sampled_from(["notice", "recheck_notice", "recognised", "rechecked", "revoked"]),
        dates,
        valid_to=st.sampled_from([None, None, "2026-06-30"]),
    ),
    min_size=1,
    max_size=6,
)


@given(lines, st.randoms(), st.sampled_from(["2020-01-01", TODAY, "2031-01-01"]))
def test_no_order_matters_and_nothing_is_recognised_that_no_list_says(said, random, day):
    found = course("little_giant", said, day)
    assert course("little_giant", random.sample(said, len(said)) + said[:1], day) == found
    assert found.standing in ("recognised", "implied", "notice", "lapsed_or_unknown", "revoked")
    statuses = {line.status for line in said}
    if not statuses & {"recognised", "rechecked"}:
        assert found.standing != "recognised"
    if "recheck_notice" not in statuses:
        assert not any(step.kind == "implied" for step in found.steps)
    assert all(step.rule is None or step.rule in rules() for step in found.steps)
    assert all(step.reckoned for step in found.steps if step.rule == "three_years")


def by_firm(path: Path) -> dict[str, list[Said]]:
    """What the list says of each firm, by way of manifest and projection."""
    manifest = Manifest.load(Path(str(resources.files("seeds"))) / "little_giants_ningbo")
    document = Document(DocumentId("0" * 64), path.name, "list", "list", "jsonl", source=manifest.id)
    made, refusals = facts(manifest, path, document)
    assert not refusals
    found = project({document.id: document}, list(made), [], Ontology.load())
    links = {kind.type: {row["start"]: row["end"] for row in rows} for kind, rows in found.links.items()}
    said = defaultdict(list)
    for fact in found.nodes["Fact"]:
        if fact["relation"] == "HAS_HONOUR":
            values = json.loads(fact["values"])
            line = Said(values["tier"], values["status"], values["dated"], values["batch"], fact=fact["id"])
            said[links["IDENTIFIES"][links["SUBJECT"][fact["id"]]]].append(line)
    return said


def test_the_real_list_of_ningbo(shared: Path):
    said = by_firm(shared / "data" / "enterprises" / "small_giants_ningbo.jsonl")
    lines = [line for each in said.values() for line in each]
    assert Counter(line.status for line in lines) == {"notice": 101, "recheck_notice": 147}
    assert len(said) == 159
    listed = {firm: each for firm, each in said.items() if any(line.status == "notice" for line in each)}
    assert {line.batch for line in lines if line.status == "notice"} == {"第四批"}
    assert len(listed) == 101
    reviewed = {firm for firm, each in listed.items() if any(line.date == "2025" for line in each)}
    assert len(reviewed) == 85
    standings = {firm: courses(each, TODAY)[0].standing for firm, each in listed.items()}
    assert Counter(standings.values()) == {"implied": 85, "lapsed_or_unknown": 16}
    assert {firm for firm, found in standings.items() if found == "implied"} == reviewed
    assert "recognised" not in {courses(each, TODAY)[0].standing for each in said.values()}
    then = Counter(courses(each, "2024-06-30")[0].standing for each in said.values() if courses(each, "2024-06-30"))
    assert then == {"notice": 101, "implied": 52}
