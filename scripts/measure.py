"""Measure the whole way on the development data (BULIAN_SHARED, default ../shared); `docs/measured.md` is made of this.

    python scripts/measure.py load          everything into one graph: time, memory, refused, counts by label and type
    python scripts/measure.py extract       contracts, prospectuses and the annual report by the rules, scored
    python scripts/measure.py rank          the masked gaps and the graded requirements, ranked from files
    python scripts/measure.py list-needs    ten needs against the Ningbo list alone
    python scripts/measure.py shortlists    ten needs against everything that `load` loaded
    python scripts/measure.py awards        twenty awards of state-owned buyers, each with its own facts hidden

`load`, `shortlists` and `awards` use the data folder that BULIAN_HOME names; give them one of their own. Each step
prints Markdown.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("BULIAN_SHARED", ROOT.parent / "shared"))
BULIAN = str(ROOT / ".venv/bin/bulian")
SEED = 20261125

LIST_NEEDS = {
    "液压马达": "中意液压马达",
    "电磁阀": "电磁阀",
    "减震器": "减震器",
    "机械密封": "机械密封",
    "轴承": "轴承",
    "阻燃电力电缆": "电缆",
    "光学镜头": "光学",
    "磁性材料": "磁",
    "注塑机": "塑料机械|注塑",
    "模具": "模具",
}
"""Need → what the name of the firm that is meant holds."""

WHOLE_NEEDS = (
    "液压马达",
    "电磁阀",
    "减震器",
    "机械密封",
    "轴承",
    "额定压力不低于35兆帕的轴向柱塞泵",
    "光伏组件用EVA胶膜",
    "谐波减速器柔轮材料",
    "烧结钕铁硼永磁体",
    "城市污水处理厂自控系统总承包",
)
IN_NINGBO = {"field": "region", "op": "within", "value": "330200", "hard": False}

STATE_OWNED = re.compile(
    r"国网|国家电网|南方电网|中国石油|中国石化|中国海洋石油|中石油|中石化|中海油|华能|大唐|华电|国电|中广核|中核|"
    r"中国铁路|中国中铁|中铁|中国铁建|中国移动|中国电信|中国联通|中国建筑|中国交通建设|神华|中煤|三峡|电力公司"
)


def run(*arguments: str) -> tuple[float, int, str, int]:
    """Run `bulian`: seconds, peak memory of it and its children in MB, what it printed, exit status."""
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen([BULIAN, *arguments], stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        out.seek(0)
        return seconds, used.ru_maxrss // 1024, out.read(), os.waitstatus_to_exitcode(status)


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print a Markdown table."""
    head = list(head)
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def load() -> None:
    """All development documents and lists into one graph."""
    from web.home import Home
    from web.settings import load_settings

    data = SHARED / "data"
    with tempfile.TemporaryDirectory() as temporary, tempfile.TemporaryDirectory() as aside:
        folder = Path(temporary)
        for name in ("prospectuses", "contracts"):
            with tarfile.open(data / f"filings/{name}.tar.gz") as archive:
                archive.extractall(folder / name, filter="data")
        steps = {
            "34 prospectuses": ("ingest", str(folder / "prospectuses")),
            "1,516 announcements": ("ingest", str(folder / "contracts")),
            "annual report (PDF, 156 pages)": ("ingest", str(data / "filings/annual_report_2019.pdf")),
            "Ningbo list": ("import", "little-giants-ningbo", str(data / "enterprises/small_giants_ningbo.jsonl")),
            "development patents": ("import", "patents", str(data / "patents/patents.dev.jsonl")),
            "ChainKnowledgeGraph": ("import", "chainkg", str(data / "chainkg/chainkg.zip")),
            "all of it once more": ("ingest", str(folder)),
        }
        run("up")
        rows, refused = [], Counter[tuple[str, str]]()
        for title, command in steps.items():
            report = Path(aside) / "report.jsonl"
            seconds, peak, printed, _ = run(*command, "--report", str(report))
            said = printed.strip().split("\n")[-1]
            for line in report.read_text("utf8").splitlines() if report.exists() else ():
                error = json.loads(line)
                refused[
                    error["code"], re.sub(r"[‘'“].*?[’'”]|\d+|^\S+(?= contra)", "…", error["reason"]).split(": ")[0]
                ] += 1
            report.unlink(missing_ok=True)
            rows.append((title, f"{seconds:.1f}", peak, said))
        table(("step", "seconds", "peak MB", "said"), rows)
    table(("code", "reason", "times"), ((code, reason, n) for (code, reason), n in refused.most_common(25)))
    with Home(load_settings()) as home:
        counts = home.graph().counts()
        table(("label", "nodes"), sorted(counts.labels.items()))
        table(("relation", "edges"), sorted(counts.types.items()))
    seconds, peak, printed, _ = run("rebuild", "--check")
    print(f"`bulian rebuild --check`: {seconds:.1f} s, {peak} MB\n\n```\n{printed.strip()}\n```")


def extract() -> None:
    """Extraction by rules on the development filings, by the scorers."""
    filings, score = SHARED / "data/filings", SHARED / "score"
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        facts = f"{temporary}/facts.jsonl"
        for name, scorers in {
            "contracts.tar.gz": [("contracts.py", "contracts.dev.tsv")],
            "prospectuses.tar.gz": [
                ("products.py", "prospectus_products.dev.json"),
                ("filings.py", "profile", "prospectus_profile.dev.json"),
            ],
            "annual_report_2019.pdf": [("filings.py", "annual", "annual_report.dev.json")],
        }.items():
            source = filings / name
            if name.endswith(".tar.gz"):
                with tarfile.open(source) as archive:
                    archive.extractall(f"{temporary}/{name}", filter="data")
                source = Path(temporary) / name
            seconds, peak, _, _ = run("extract", str(source), "--jsonl", facts, "--workers", "2")
            for scorer, *steps, gold in scorers:
                command = [sys.executable, str(score / scorer), *steps, facts, str(filings / gold)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                said = done.stdout.strip().replace("\n", "<br>")
                rows.append((name, f"{seconds:.1f}", peak, " ".join((scorer, *steps)), said))
    table(("input", "seconds", "peak MB", "scorer", "score"), rows)


def rank() -> None:
    """The benchmarks that are ranked from files."""
    ranking, bounties, score = SHARED / "data/ranking", SHARED / "data/bounties", SHARED / "score"
    firms, gaps, qrels = (str(ranking / name) for name in ("enterprises.jsonl", "gaps.dev.jsonl", "qrels.dev.txt"))
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        out = f"{temporary}/run"
        chain = ("--chain", str(SHARED / "data/chainkg/chainkg.zip"))
        for title, more in (("409 masked gaps", ()), ("the same with `--chain`", chain)):
            seconds, peak, _, _ = run("rank", "--enterprises", firms, "--gaps", gaps, "--out", out, *more)
            rows.append((title, f"{seconds:.1f}", peak, scored(score / "rank.py", out, qrels, firms, gaps)))
        firms, gaps, qrels = (
            str(bounties / name) for name in ("achievements.dev.jsonl", "requirements.dev.jsonl", "qrels.dev.txt")
        )
        seconds, peak, _, _ = run("rank", "--enterprises", firms, "--gaps", gaps, "--out", out, "--top", "0")
        rows.append(
            ("190 requirements, 4,025 achievements", f"{seconds:.1f}", peak, scored(score / "bounty.py", out, qrels))
        )
    table(("task", "seconds", "peak MB", "score"), rows)


def scored(scorer: Path, *arguments: str) -> str:
    """What a scorer prints, on one line."""
    done = subprocess.run([sys.executable, str(scorer), *arguments], capture_output=True, text=True, check=True)
    return ", ".join(f"{key} {value}" for key, value in json.loads(done.stdout).items())


def list_needs() -> None:
    """Ten needs against the Ningbo list, Ningbo a soft condition."""
    from matcher.query import parse_query
    from web.home import Home
    from web.jobs.match import citations
    from web.settings import Settings

    rows = []
    with tempfile.TemporaryDirectory() as temporary, Home(Settings(home=Path(temporary))) as home:
        from web.jobs.lists import import_list

        import_list(
            home,
            "little-giants-ningbo",
            SHARED / "data/enterprises/small_giants_ningbo.jsonl",
            lambda error: print(error),
        )
        for need, meant in LIST_NEEDS.items():
            query = parse_query({"id": need, "title": need, "products": [need], "conditions": {"all": [IN_NINGBO]}})
            ranking = home.ranker().rank(query, 0)
            entries = list(ranking.entries[:10])
            where = next((one.rank for one in ranking.entries if re.search(meant, one.firm.name)), None)
            facts = {fact for one in entries[:1] for part in one.contributions for fact in part.facts}
            opens = any(one["quote"] for one in citations(home.graph(), facts).values())
            rows.append((need, where, "、".join(one.firm.name for one in entries[:3]), "yes" if opens else "no"))
    table(("need", "rank of the firm that is meant", "first three", "row opens"), rows)


def shortlists() -> None:
    """Ten needs against the whole graph, Ningbo a soft condition: what stands first, and by which product."""
    from matcher.query import parse_query
    from web.home import Home
    from web.settings import load_settings

    rows = []
    with Home(load_settings()) as home:
        for need in WHOLE_NEEDS:
            line = {"id": need, "title": need, "conditions": {"all": [IN_NINGBO]}}
            first = []
            for entry in home.ranker().rank(parse_query(line), 5).entries:
                product = next((one.detail for one in entry.contributions if one.feature == "nearest_product"), {})
                first.append(f"{entry.firm.name}（{product.get('product', '')}）")
            rows.append((need, "；".join(first)))
    table(("need", "first five, each with its nearest product"), rows)


def awards() -> None:
    """Twenty awards, drawn by a seed, each with every fact of the award hidden from the corpus."""
    from matcher.corpus import Corpus
    from matcher.query import Query
    from matcher.rank import Ranker
    from web.home import Home
    from web.settings import load_settings

    statement = """MATCH (e:Enterprise)-[r:WON_CONTRACT]->(c:Contract)-[:LET_BY]->(b:Enterprise)
        WHERE (e)-[:PRODUCES]->() MATCH (f:Fact {id: r.fact})
        RETURN c.id AS contract, coalesce(c.project, c.title) AS title, b.name AS buyer, e.id AS winner, e.name AS name,
               f.document AS document ORDER BY contract, winner"""
    hidden_facts = """MATCH (f:Fact) WHERE f.document IN $documents RETURN f.id AS id"""
    same_contract = """MATCH ()-[r:WON_CONTRACT]->(c:Contract {id: $contract}) MATCH (f:Fact {id: r.fact})
        RETURN DISTINCT f.document AS document"""
    with Home(load_settings()) as home:
        graph, corpus = home.graph(), home.corpus()
        found = [row for row in graph.read_statement(statement) if STATE_OWNED.search(row["buyer"] or "")]
        found = [row for row in found if row["title"] and len(row["title"]) >= 6]
        chosen = random.Random(SEED).sample(found, min(20, len(found)))  # noqa: S311 (a draw, no secret)
        drawn = sorted(chosen, key=lambda row: row["contract"])
        rows, ranks = [], []
        for award in drawn:
            documents = {award["document"]}
            documents |= {row["document"] for row in graph.read_statement(same_contract, contract=award["contract"])}
            facts = {row["id"] for row in graph.read_statement(hidden_facts, documents=sorted(documents))}
            firms = (without(firm, facts) for firm in corpus.firms)
            masked = Corpus.build(firms, (), corpus.as_of)
            ranker = Ranker(masked, home.embedder())
            order = [firm for firm, _ in ranker.rank(Query(id="award", title=award["title"]), 0).pairs()]
            place = order.index(award["winner"]) + 1 if award["winner"] in order else None
            ranks.append(place or len(masked))
            rows.append((award["title"], award["buyer"], award["name"], place or "not ranked"))
        table(("project", "buyer", "winner", f"rank among {len(corpus):,}"), rows)
        top = {k: sum(rank <= k for rank in ranks) for k in (10, 50, 100, 500)}
        print(
            f"of {len(found)} such awards {len(ranks)} drawn; winner among the first "
            + ", ".join(f"{k}: {n}" for k, n in top.items())
            + f"; MRR {sum(1 / rank for rank in ranks) / max(1, len(ranks)):.3f}"
            + f"; median rank {sorted(ranks)[len(ranks) // 2]}"
        )


def without(firm: Any, facts: set[str]) -> Any:
    """The firm without what rests on these facts."""
    return replace(
        firm,
        products=tuple(product for product in firm.products if product.fact not in facts),
        fields={name: tuple(item for item in items if item.fact not in facts) for name, items in firm.fields.items()},
    )


def main() -> None:
    """Run the step that is named."""
    steps = {
        "load": load,
        "extract": extract,
        "rank": rank,
        "list-needs": list_needs,
        "shortlists": shortlists,
        "awards": awards,
    }
    if len(sys.argv) != 2 or sys.argv[1] not in steps:
        sys.exit(__doc__)
    steps[sys.argv[1]]()
    print(f"(peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB)")


if __name__ == "__main__":
    main()
