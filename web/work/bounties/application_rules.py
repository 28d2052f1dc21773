"""Who may apply to a bounty: each rule held against the applicant and its team, with pass, fail or unknown and why.

Pure: what the graph says goes in as `Known`. Rules that always hold are this program's workflow; the others are those
of the bounty's rule set (`web.work.bounties.rules`). What no source says is unknown, and a person of the host decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from kg.values.name import name_key
from web.work.bounties.rules import Kind, RuleSet

Verdict = Literal["pass", "fail", "unknown"]
How = Literal["same", "above", "below", "beside"]

HOSPITALS = ("医院", "联盟")
"""Ends of names of those who, by some cities' rules, join with a firm."""
ABSOLUTE = ("not_poster", "not_group", "poster_not_lead")
"""Rules that keep an application from being written or sent at all."""


@dataclass(frozen=True, slots=True)
class Party:
    """One who takes part: the lead or a member, with what it is in the graph and here, and its state in the team.

    An `individual` is one natural person, who is nothing in the graph; `of_poster` says that this person has a role in
    the poster's organisation.
    """

    name: str
    firm: str | None = None
    organisation: str | None = None
    lead: bool = False
    state: str = "confirmed"
    individual: bool = False
    of_poster: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """How a firm is of one group with the poster, by way of which firm, and the statements that say so."""

    how: How
    via: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry on an imported list (dishonest, abnormal), until when it stood (None: it stands) and since when."""

    kind: str
    fact: str
    until: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the graph says, by the ids of firms. `owned` are those of whom it has a statement of ownership; `graph` is
    False where it did not answer; `lists` says whether lists of violations were imported.
    """

    posters: frozenset[str] = frozenset()
    ties: Mapping[str, Tie] = field(default_factory=dict)
    owned: frozenset[str] = frozenset()
    listed: Mapping[str, tuple[Listed, ...]] = field(default_factory=dict)
    lists: bool = False
    high_tech: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    graph: bool = True


@dataclass(frozen=True, slots=True)
class Challenge:
    """What of a bounty the rules look at: who posts it (organisation and name), who may take part, its rules."""

    organisation: str | None
    poster: str
    participation: Sequence[str]
    rules: RuleSet


@dataclass(frozen=True, slots=True)
class Check:
    """What came of a rule. `why` is a word that pages know, `who` of whom it is said, `evidence` ids of statements."""

    rule: str
    verdict: Verdict
    why: str
    who: str = ""
    evidence: tuple[str, ...] = ()
    text: str = ""

    def kept(self) -> dict[str, Any]:
        """As an application keeps it."""
        return {
            "rule": self.rule,
            "verdict": self.verdict,
            "why": self.why,
            "who": self.who,
            "evidence": list(self.evidence),
            "text": self.text,
        }


def checks(challenge: Challenge, parties: Sequence[Party], known: Known, broker: bool, day: str) -> list[Check]:
    """Every rule for these parties (who declined are none of them), on a day."""
    parties = [party for party in parties if party.state != "declined"]
    texts = {rule.kind: rule.text for rule in challenge.rules.rules}
    found = [
        _not_poster(challenge, parties, known),
        _not_group(parties, known, texts.get("not_group", "")),
        _takes_part(challenge, parties, broker),
        _confirmed(parties),
        _lead(parties),
    ]
    for rule in challenge.rules.rules:
        if rule.kind == "poster_not_lead":
            found.append(_poster_not_lead(challenge, parties, known, rule.text))
        elif rule.kind == "hospital_with_firm":
            found.append(_hospital(parties, known, rule.text))
        elif rule.kind == "no_violation":
            found.append(_no_violation(parties, known, rule.text, rule.at_least, day))
    return found


def barred(found: Sequence[Check]) -> Check | None:
    """The rule that keeps an application from being written or sent at all, if one does."""
    return next((check for check in found if check.rule in ABSOLUTE and check.verdict == "fail"), None)


def is_poster(challenge: Challenge, party: Party, known: Known) -> bool:
    """Whether a party is who posts the bounty: the same organisation, firm or name, or one of its people."""
    return (
        party.of_poster
        or (party.organisation is not None and party.organisation == challenge.organisation)
        or (party.firm is not None and party.firm in known.posters)
        or bool(challenge.poster and name_key(party.name) == name_key(challenge.poster))
    )


def _not_poster(challenge: Challenge, parties: Sequence[Party], known: Known) -> Check:
    same = [party for party in parties if is_poster(challenge, party, known)]
    if same:
        why = "of_poster" if all(party.of_poster for party in same) else "is_poster"
        return Check("not_poster", "fail", why, "、".join(party.name for party in same))
    return Check("not_poster", "pass", "others")


def _poster_not_lead(challenge: Challenge, parties: Sequence[Party], known: Known, text: str) -> Check:
    leads = [party for party in parties if party.lead]
    if any(is_poster(challenge, party, known) for party in leads):
        return Check("poster_not_lead", "fail", "is_poster", leads[0].name, text=text)
    if not leads:
        return Check("poster_not_lead", "unknown", "no_lead", text=text)
    return Check("poster_not_lead", "pass", "others", leads[0].name, text=text)


def _not_group(parties: Sequence[Party], known: Known, text: str) -> Check:
    """Neither above, below nor beside the poster, over all levels of SUBSIDIARY_OF."""
    kind: Kind = "not_group"
    tied = [(party, known.ties[party.firm]) for party in parties if party.firm and party.firm in known.ties]
    if tied:
        party, tie = tied[0]
        return Check(kind, "fail", tie.how, f"{party.name} – {tie.via}", tie.facts, text)
    if not known.graph:
        return Check(kind, "unknown", "no_graph", text=text)
    strange = [party.name for party in parties if party.firm is None and not party.individual]
    if strange:
        return Check(kind, "unknown", "not_in_graph", "、".join(strange), text=text)
    if not known.posters:
        return Check(kind, "unknown", "poster_not_in_graph", text=text)
    people = [party.name for party in parties if party.individual]
    if people:
        return Check(kind, "unknown", "person", "、".join(people), text=text)
    silent = [party.name for party in parties if party.firm not in known.owned]
    if silent or not known.posters & known.owned:
        return Check(kind, "unknown", "nothing_said", "、".join(silent), text=text)
    return Check(kind, "pass", "no_tie", text=text)


def _takes_part(challenge: Challenge, parties: Sequence[Party], broker: bool) -> Check:
    form = form_of(parties)
    alone = [] if form == "individual" else ["individual" for party in parties if party.lead and party.individual]
    wanted = [form, *alone, *(["broker"] if broker else [])]
    missing = [one for one in wanted if one not in (challenge.participation or ("organisation", "team", "broker"))]
    if missing:
        return Check("participation", "fail", f"no_{missing[0]}")
    return Check("participation", "pass", form)


def form_of(parties: Sequence[Party]) -> str:
    """As what these parties apply: team where there are several, else individual or organisation."""
    there = [party for party in parties if party.state != "declined"]
    return "team" if len(there) > 1 else "individual" if any(party.individual for party in there) else "organisation"


def _confirmed(parties: Sequence[Party]) -> Check:
    open_ones = [party.name for party in parties if party.state != "confirmed"]
    if open_ones:
        return Check("team_confirmed", "fail", "waits", "、".join(open_ones))
    return Check("team_confirmed", "pass", "all_confirmed")


def _lead(parties: Sequence[Party]) -> Check:
    leads = [party.name for party in parties if party.lead]
    if len(leads) != 1:
        return Check("lead_named", "fail", "leads", "、".join(leads))
    return Check("lead_named", "pass", "one_lead", leads[0])


def _hospital(parties: Sequence[Party], known: Known, text: str) -> Check:
    """A hospital or an alliance joins with a firm that is a high-tech firm above the size of the statistics. Which firm
    is of that size no source here says, so that at best a person decides.
    """
    kind: Kind = "hospital_with_firm"
    hospitals = [party for party in parties if party.name.endswith(HOSPITALS)]
    if not hospitals:
        return Check(kind, "pass", "no_hospital", text=text)
    names, others = "、".join(party.name for party in hospitals), [one for one in parties if one not in hospitals]
    if not others:
        return Check(kind, "fail", "hospital_alone", names, text=text)
    facts = tuple(fact for party in others for fact in known.high_tech.get(party.firm or "", ()))
    return Check(kind, "unknown", "size_unknown" if facts else "high_tech_unknown", names, facts, text)


def _no_violation(parties: Sequence[Party], known: Known, text: str, years: float | None, day: str) -> Check:
    """On no imported list within the years of the rule. Lists do not say everything that the rule means."""
    kind: Kind = "no_violation"
    since = _years_before(day, int(years or 0))
    entries = list(_entries(parties, known, since))
    if entries:
        names = "、".join(dict.fromkeys(party.name for party, _ in entries))
        return Check(kind, "fail", entries[0][1].kind, names, tuple(entry.fact for _, entry in entries), text)
    if not known.graph:
        return Check(kind, "unknown", "no_graph", text=text)
    if not known.lists:
        return Check(kind, "unknown", "no_lists", text=text)
    return Check(kind, "unknown", "not_listed", text=text)


def _entries(parties: Sequence[Party], known: Known, since: str) -> Iterator[tuple[Party, Listed]]:
    for party in parties:
        for entry in known.listed.get(party.firm or "", ()):
            if entry.until is None or entry.until >= since:
                yield party, entry


def _years_before(day: str, years: int) -> str:
    return f"{int(day[:4]) - years:04d}{day[4:]}"
