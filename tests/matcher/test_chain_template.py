from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from matcher.chain.template import Chain, Node, packaged, problems
from matcher.errors import BadChainError
from nlp.foundation.scheme import scheme

FIELDS = [one.name for one in scheme("liuji-2026").classes]
CHAINS = packaged()


def test_the_chains_that_are_shipped_hold() -> None:
    names = {"机器人", "数控机床", "新能源汽车", "动力电池", "光伏", "集成电路"}
    names |= {"磁性材料", "绿色石化", "智能家电", "航空航天", "关键基础件", "生物医药"}
    assert {chain.name for chain in CHAINS} == names
    assert [(chain.id, *found) for chain in CHAINS for found in problems(chain, FIELDS)] == []
    assert all(chain.id == chain.id.lower() and chain.version for chain in CHAINS)


BAD = {
    "no stage": {"stage": "top"},
    "no products": {"products": ()},
    "no field": {"field": "软件"},
    "no class of patents": {"ipc": ("F16",)},
    "ruled out by": {"without": ("减速",)},
    "rules everything out": {"without": ("新型",)},
    "no other node": {"feeds": ("elsewhere",)},
    "of an earlier stage": {"stage": "down", "feeds": ("magnet",)},
}


@pytest.mark.parametrize("reason", BAD)
def test_what_is_wrong_with_a_node_is_said(reason: str) -> None:
    chain = next(chain for chain in CHAINS if chain.id == "robot")
    nodes = [replace(n, **BAD[reason]) if n.id == "harmonic-reducer" else n for n in chain.nodes]
    found = list(problems(replace(chain, nodes=tuple(nodes)), FIELDS))
    assert any(node == "harmonic-reducer" and reason in said for node, said in found), found


def test_what_is_wrong_between_nodes_is_said() -> None:
    chain = CHAINS[0]
    more = Node(chain.nodes[0].id, "x", "x", "up", chain.nodes[1].products[:1])
    said = [reason for _, reason in problems(replace(chain, nodes=(*chain.nodes, more)), FIELDS)]
    assert any("stands twice" in one for one in said) and any("as well" in one for one in said)
    again = [replace(chain.nodes[0], products=("通信设备",)), replace(chain.nodes[1], products=("通讯设备",))]
    said = [reason for _, reason in problems(replace(chain, nodes=tuple(again)), FIELDS)]
    assert f"通讯设备 is a product of {again[0].id} as well" in said
    alone = Node("alone", "x", "x", "up", ("独一无二",))
    assert ("alone", "it feeds nothing and nothing feeds it") in problems(replace(chain, nodes=(alone,)), FIELDS)
    assert any("1 nodes" in reason for _, reason in problems(replace(chain, nodes=(alone,)), FIELDS))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id: a\n",
        "nodes: [{id: a}]",
        "{",
        "nodes: [robot]",
        "nodes: [[robot]]",
        "id: a\nname: a\nname_en: a\nversion: 1\nnodes: [{id: b, made: c}]",
    ],
)
def test_a_file_that_is_no_template_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "chain.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadChainError, match="no template"):
        Chain.load(path)
