from hypothesis import given
from hypothesis import strategies as st

from kg.identity.cluster import Identity, cluster, kin, places_exclude
from kg.records import Decision, RecordId


def record(name, key="甲公司", code=None, region=None, published=None):
    return Identity(RecordId(name), key, code, region, published)


def decision(verdict, first, second, at="2026-01-01", undone_at=None, name="x"):
    pair = (RecordId(first), RecordId(second))
    return Decision(name + first + second + at, verdict, pair, "", "operator", at, undone_at=undone_at)


def firms(records, decisions=()):
    groups = {}
    for key, firm in cluster(records, decisions).items():
        groups.setdefault(firm, set()).add(key)
    return sorted(map(sorted, groups.values()))


def test_places():
    assert places_exclude("330211", "330206")
    assert places_exclude("330211", "440300")
    assert not places_exclude("330211", "330200")
    assert not places_exclude("330000", "330211")


def test_one_name_is_one_firm_under_its_oldest_record():
    records = [record("b", published="2020-01-01"), record("a", published="2021-01-01"), record("c")]
    assert cluster(records) == {"a": "b", "b": "b", "c": "b"}


def test_namesakes_in_two_counties_stay_two_and_the_doubtful_stays_alone():
    records = [record("a", region="330211"), record("b", region="330206"), record("c"), record("d", region="330211")]
    assert firms(records) == [["a", "d"], ["b"], ["c"]]


def test_a_code_joins_names_and_two_codes_never_meet():
    records = [record("a", "旧名", code="1"), record("b", "新名", code="1"), record("c", "新名", code="2")]
    assert firms(records) == [["a", "b"], ["c"]]
    assert firms([*records, record("d", "新名")]) == [["a", "b"], ["c"], ["d"]]
    assert firms(records, [decision("same", "b", "c")]) == [["a", "b"], ["c"]]


def test_a_code_outweighs_a_move():
    assert firms([record("a", code="1", region="330211"), record("b", code="1", region="440300")]) == [["a", "b"]]


def test_decisions_are_obeyed_and_undone():
    records = [record("a"), record("b"), record("c", "别名")]
    apart = decision("different", "a", "b")
    assert firms(records, [apart]) == [["a"], ["b"], ["c"]]
    assert firms(records, [apart, decision("same", "b", "c")]) == [["a"], ["b", "c"]]
    assert firms(records, [decision("different", "a", "b", undone_at="2026-02-01")]) == [["a", "b"], ["c"]]
    assert firms(records, [apart, decision("same", "b", "a", at="2026-03-01")]) == [["a", "b"], ["c"]]
    assert firms(records, [decision("same", "a", "gone")]) == [["a", "b"], ["c"]]


names = st.integers(0, 11).map(lambda number: f"r{number:02}")
worlds = st.lists(
    st.builds(
        record,
        names,
        key=st.sampled_from(["甲", "乙", "丙"]),
        code=st.none() | st.sampled_from(["1", "2"]),
        region=st.none() | st.sampled_from(["330211", "330206", "330200", "440300"]),
        published=st.none() | st.sampled_from(["2019-01-01", "2020-01-01"]),
    ),
    unique_by=lambda item: item.id,
)
words = st.lists(
    st.builds(
        decision,
        st.sampled_from(["same", "different"]),
        names,
        names,
        at=st.sampled_from(["2026-01-01", "2026-01-02"]),
        undone_at=st.none() | st.just("2026-03-01"),
        name=st.sampled_from("xyz"),
    ),
    unique_by=lambda item: item.id,
    max_size=6,
)


@given(worlds, words, st.randoms())
def test_order_never_matters_and_no_rule_is_broken(records, decisions, random):
    clusters = cluster(records, decisions)
    assert set(clusters) == {item.id for item in records}
    mixed, said = random.sample(records, len(records)), random.sample(decisions, len(decisions))
    assert cluster(mixed, said) == clusters
    codes = {}
    for item in records:
        if item.credit_code:
            codes.setdefault(clusters[item.id], set()).add(item.credit_code)
    assert all(len(found) == 1 for found in codes.values())
    for item in decisions:
        pair = [word for word in decisions if sorted(word.records) == sorted(item.records) and word.undone_at is None]
        newest = max(pair, key=lambda word: (word.at, word.id), default=None)
        first, second = item.records
        if newest and newest.verdict == "different" and first != second and first in clusters and second in clusters:
            assert clusters[first] != clusters[second]


def reach(records, decisions, start):
    """Records that could be one firm with `start`, and on from there."""
    found = {start}
    while True:
        names = {item.name_key for item in records if item.id in found}
        codes = {item.credit_code for item in records if item.id in found} - {None}
        pairs = {key for item in decisions if found & {*item.records} for key in item.records}
        near = {item.id for item in records if item.name_key in names or item.credit_code in codes or item.id in pairs}
        if near <= found:
            return found
        found |= near


@given(worlds.filter(bool), words)
def test_what_a_change_cannot_reach_cannot_change(records, decisions):
    clusters = cluster(records, decisions)
    for item in records[:3]:
        part = reach(records, decisions, item.id)
        alone = cluster([other for other in records if other.id in part], decisions)
        assert alone == {key: clusters[key] for key in part}


@given(worlds, words)
def test_records_that_cannot_meet_are_clustered_apart(records, decisions):
    parts = {}
    for key, root in kin(records, decisions).items():
        parts.setdefault(root, []).append(key)
    apart = {}
    for keys in parts.values():
        apart |= cluster([item for item in records if item.id in keys], decisions)
    assert apart == cluster(records, decisions)
