"""Every Cypher statement of the repository: its header is true and the real server can plan it."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.ontology import Ontology
from kg.queries import MODES, QueryFileError, parse, queries, query
from kg.store import Graph
from kg.templates import link_statement, node_statement

FOLDER = Path(kg.__file__).parent / "cypher"
FILES = sorted(path for path in FOLDER.rglob("*.cypher") if path.parent.name != "question")
ONTOLOGY = Ontology.load()


def test_files_lie_in_the_folder_of_their_mode() -> None:
    assert {path.parent.name for path in FILES} <= set(MODES)
    assert all(path.parent.parent == FOLDER for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_file_has_a_true_header(path: Path) -> None:
    found = query(path.stem, path.parent.name)
    assert found.purpose
    assert ";" not in found.text


@pytest.mark.parametrize(
    "source",
    [
        "MATCH (n) RETURN n",
        "// purpose: p\n// params: a\n// returns: n\n// mode: read\nMATCH (n) RETURN n",
        "// purpose: p\n// params: -\n// returns: n\n// mode: read\nMATCH (n {id: $id}) RETURN n",
        "// purpose: p\n// params: -\n// returns: n\n// mode: write\nMATCH (n) RETURN n",
        "// purpose: p\n// params: -\n// returns: n\n// mode: read\n",
    ],
)
def test_a_header_that_is_not_true_is_refused(source: str) -> None:
    with pytest.raises(QueryFileError):
        parse("x", "read", source)


@pytest.mark.parametrize("name", ["nothing", "../read/stamp", ""])
def test_no_such_query(name: str) -> None:
    with pytest.raises(QueryFileError):
        query(name)


@pytest.mark.graph
def test_the_server_plans_every_statement(graph: Graph) -> None:
    statements = {f"{mode}/{item.name}": (mode, item.params, item.text) for mode in MODES for item in queries(mode)}
    for label in ONTOLOGY.labels.values():
        statements[label.name] = ("write", ("rows",), node_statement(label))
    for relation in ONTOLOGY.relations.values():
        for start in relation.sources if relation.edge else ():
            for end in relation.targets:
                ends = ONTOLOGY.labels[start], ONTOLOGY.labels[end]
                statements[f"{start}-{relation.name}-{end}"] = ("write", ("rows",), link_statement(relation, *ends))
    wrong = {}
    with graph._driver.session() as session:
        for name, (mode, params, text) in statements.items():
            if mode == "schema":
                continue  # run by the fixture; the server has no plan for them
            try:
                summary = session.run("EXPLAIN " + text, dict.fromkeys(params)).consume()
            except Exception as error:
                wrong[name] = str(error)[:300]
                continue
            if mode == "read" and summary.query_type not in ("r", "s"):
                wrong[name] = f"a read that is of type {summary.query_type}"
            if deprecated := [n for n in summary.gql_status_objects if "deprecat" in n.status_description.lower()]:
                wrong[name] = deprecated[0].status_description[:300]
    assert not wrong
    assert len(statements) > 100
