"""The text of a query, its gate by plans made by hand, and answers as tables within limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.console import Console, Limits, admit, check_plan, parameters_of
from kg.console import result as result_module
from kg.console.cost import cost_of
from kg.console.errors import ParameterError, ProcedureError, Refused, TextError, WritesError
from kg.console.gate import OPERATORS, PROCEDURES
from kg.console.result import Link, Node, Path, Values
from kg.console.text import MAX_SIGNS
from kg.errors import BulianError
from kg.neo4j.copy import AnalystsCopy
from kg.ontology import Ontology

ONTOLOGY = Ontology.load()


def plan(operator: str, details: str = "", *children: dict) -> dict:
    return {"operatorType": f"{operator}@neo4j", "args": {"Details": details}, "children": list(children)}


def test_the_cost_of_a_plan_is_the_sum_of_its_operators() -> None:
    scan = {**plan("NodeByLabelScan", "a:Enterprise"), "args": {"Details": "a:Enterprise", "EstimatedRows": 900_000.0}}
    top = {**plan("ProduceResults", "", scan), "args": {"EstimatedRows": 200_000.0}}
    found = cost_of(top)
    assert (found.rows, found.steps, found.over) == (1_100_000.0, 2, True)
    assert [step.name for step in found.operators] == ["NodeByLabelScan", "ProduceResults"]
    assert not cost_of(scan).over


def test_comments_become_blanks_and_places_stay() -> None:
    statement = admit("MATCH (n) // all; of it\nWHERE n.a = $a /* $b\n; */ AND n.b = '// $c' RETURN n;  // end")
    assert statement.text == "MATCH (n)              \nWHERE n.a = $a      \n     AND n.b = '// $c' RETURN n"
    assert statement.parameters == ("a",)


def test_parameters_are_found_even_where_the_gate_would_refuse() -> None:
    assert parameters_of("LOAD CSV FROM $url AS x RETURN $`a b`, '$no', $url, `$no`, $姓名 // $no") == (
        "url",
        "a b",
        "姓名",
    )


def test_a_refusal_names_line_and_column() -> None:
    with pytest.raises(Refused) as refused:
        admit("MATCH (n)\nRETURN apoc.text.join(n.x, '')")
    assert (refused.value.code, refused.value.place) == ("KG717", "line 2, column 8")
    with pytest.raises(Refused, match="KG715 line 3, column 3"):
        admit("MATCH (n)\nWITH n\n  LOAD CSV FROM 'x' AS l RETURN l")


def test_line_ends_of_other_systems_hide_nothing() -> None:
    with pytest.raises(Refused) as refused:
        admit("MATCH (n) // \rLOAD CSV FROM 'x' AS l RETURN l")
    assert refused.value.code == "KG715"


def test_texts_that_are_too_long_or_too_deep() -> None:
    for text in ("RETURN '" + "x" * MAX_SIGNS + "'", "RETURN " + "(" * 100 + "1" + ")" * 100, "RETURN 1\x00"):
        with pytest.raises(TextError):
            admit(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "MATCH ",
                "(n)",
                "'",
                '"',
                "`",
                "//",
                "/*",
                "*/",
                "\n",
                "\\",
                ";",
                "LOAD ",
                "CSV ",
                "$a",
                ".",
                "USE ",
                "{",
                "}",
            ]
        )
        | st.text(max_size=4)
    ).map("".join)
)
def test_whatever_is_written_is_read_or_refused_with_a_code(text: str) -> None:
    try:
        statement = admit(text)
    except BulianError as refused:
        assert refused.code.startswith("KG71") and refused.hint
    else:
        assert len(statement.text) <= len(text)
        # What was blanked hides nothing: read again, the same is found.
        assert admit(statement.text) == statement


def test_plans_are_looked_through_to_their_leaves() -> None:
    good = plan("ProduceResults", "n", plan("Apply", "", plan("NodeByLabelScan", "n:Enterprise"), plan("Argument")))
    check_plan("r", good)
    with pytest.raises(Refused) as refused:
        check_plan("r", plan("ProduceResults", "", plan("Apply", "", plan("Argument"), plan("LoadCSV", "line"))))
    assert refused.value.code == "KG715"
    with pytest.raises(WritesError):
        check_plan("r", plan("ProduceResults", "", plan("AnOperatorOfANewerServer")))
    with pytest.raises(WritesError):
        check_plan("rw", good)
    with pytest.raises(WritesError):
        check_plan("r", None)
    with pytest.raises(ProcedureError):
        check_plan("r", plan("ProcedureCall", "dbms.listConfig() :: (name :: STRING)"))
    check_plan("r", plan("ProcedureCall", "db.labels() :: (label :: STRING)"))


def test_functions_of_extensions_are_seen_in_plans_and_names_that_look_like_them_are_not() -> None:
    with pytest.raises(Refused) as refused:
        check_plan("r", plan("Projection", "apoc.cypher.runFirstColumnSingle($autostring_0, {}) AS x"))
    assert refused.value.code == "KG717"
    check_plan(
        "r", plan("Projection", "e.name AS `apoc.load.json('x')`, date.truncate($a, date()) AS y, \"apoc.x(\" AS z")
    )


def test_the_lists_hold_nothing_that_writes() -> None:
    bad = ("Create", "Delete", "Set", "Remove", "Merge", "Foreach", "Transaction", "Load", "Show", "Terminate", "Drop")
    assert not [name for name in OPERATORS if name.startswith(bad)]
    assert not [
        name for name in PROCEDURES if not name.startswith(("db.index.", "db.labels", "db.rel", "db.prop", "db.schema"))
    ]


def test_values_are_shortened_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    values = Values(ONTOLOGY)
    row = values.row(["x" * 6_000, list(range(500)), {"a": [[[[[[["deep"]]]]]]]}, float("inf"), None, True])
    assert len(row[0]) == 5_001 and row[0].endswith("…")
    assert len(row[1]) == 200
    assert "deep" not in str(row[2])
    assert values.shortened == 3
    types = [column.type for column in values.columns("abcdef")]
    assert types == ["text", "list", "map", "number", "empty", "boolean"]
    monkeypatch.setattr(result_module, "MAX_ALL", 10)
    assert values.full


# --- on the copy -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def console(analysts_copy: AnalystsCopy) -> Console:
    return Console(analysts_copy.start(), ONTOLOGY, limits=Limits(rows=3, counted=50))


on_copy = [pytest.mark.graph, pytest.mark.xdist_group("analysts-copy")]


def marked(test):
    for mark in on_copy:
        test = mark(test)
    return test


@marked
def test_nodes_edges_and_paths_with_keys_and_facts(console: Console) -> None:
    table = console.run(
        "MATCH p = (e:Enterprise)-[r:PRODUCES]->(x:Product {name: '轴承'}) "
        "RETURN e, r, p, x.name AS name, r.fact, date('2025-03-01') AS day, [e] AS list, {a: x} AS map ORDER BY e.name"
    )
    assert [column.type for column in table.columns] == [
        "node",
        "relationship",
        "path",
        "text",
        "text",
        "date",
        "list",
        "map",
    ]
    assert [column.facts for column in table.columns] == [False] * 4 + [True] + [False] * 3
    node, link, path, name, fact, day, listed, mapped = table.rows[0]
    assert isinstance(node, Node) and node.label == "Enterprise" and node.key == node.properties["id"]
    assert isinstance(link, Link) and link.type == "PRODUCES" and link.fact == fact
    assert isinstance(path, Path) and [part.caption for part in path.nodes] == [node.caption, "轴承"]
    assert (name, day, listed) == ("轴承", "2025-03-01", [node])
    assert mapped["a"].caption == "轴承"
    assert not {"grams", "pinyin", "embedding"} & set(node.properties)


@marked
def test_rows_beyond_the_limit_are_counted_and_said(console: Console) -> None:
    few = console.run("UNWIND range(1, 20) AS x RETURN x")
    assert (len(few.rows), few.total, few.left_off, few.at_least) == (3, 20, 17, False)
    many = console.run("UNWIND range(1, 1000) AS x RETURN x", rows=5)
    assert (len(many.rows), many.total, many.at_least) == (5, 50, True)
    none = console.run("MATCH (n:Enterprise {id: 'nobody'}) RETURN n, n.name AS name")
    assert (none.rows, none.total, [column.name for column in none.columns]) == ((), 0, ["n", "name"])


@marked
def test_parameters_are_asked_for_by_name(console: Console) -> None:
    assert console.run("RETURN $a + 1 AS b", {"a": 1}).rows == ((2,),)
    with pytest.raises(ParameterError, match=r"\$a has no value"):
        console.run("RETURN $a")
    with pytest.raises(ParameterError, match=r"no parameter \$c"):
        console.run("RETURN $a", {"a": 1, "c": 2})


@marked
@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("MATCH (n)\nRETURNN n", "KG718", "line 2, column 1"),
        ("MATCH (n)\nRETURN m", "KG718", "line 2, column 8"),
        ("RETURN foo(1)", "KG717", "line 1, column 8"),
        ("RETURN 1 / 0", "KG722", None),
        ("RETURN date('no date')", "KG718", None),
        ("CALL db.index.fulltext.queryNodes('none', 'x')", "KG722", None),
        ("MATCH (n:Enterprise) SET n.x = 1", "KG711", None),
    ],
)
def test_what_fails_names_its_code_and_place(text: str, code: str, place: str | None, console: Console) -> None:
    with pytest.raises(BulianError) as failed:
        console.run(text)
    assert (failed.value.code, failed.value.place) == (code, place)
    assert failed.value.hint and "schema made by" not in failed.value.hint


@marked
def test_a_server_that_is_away_is_said_so(console: Console) -> None:
    away = Console(type(console.connection)("bolt://127.0.0.1:9", "neo4j", "x"), ONTOLOGY)
    with pytest.raises(BulianError) as failed:
        away.run("RETURN 1")
    assert failed.value.code == "KG701"
