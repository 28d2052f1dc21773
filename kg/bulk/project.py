"""The projection in bounded memory: facts are dealt to shards, and each shard is projected by itself into sheets.

Each step is done by all workers before the next begins. Reading (`_deal`) leaves, document by document: statements by
their subject, what is said of each record, mentions of things, and the structure of lists by the thing that it is
about. Then the records that could meet another one are found; they alone are clustered, all at once. Records,
enterprises and statements are projected first for records that stand alone, then for the others by sets of records
that could meet; last come all other nodes. Every row is made by the functions of `kg.projection`, each from all the
statements that it depends on, so the result is the same.

Memory grows with the largest document, with the records that could meet another, and with the size of a shard.
"""

from __future__ import annotations

import gc
import os
import pickle
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np

from kg.bulk.sheets import Sheets
from kg.bulk.spill import Spill, packed, shard_of, spilled, unpacked
from kg.documents import DocumentStore
from kg.identity.cluster import Identity, cluster, kin
from kg.identity.decide import promoted
from kg.journal import Journal
from kg.ontology import Ontology
from kg.projection import LinkKind, Projection, Reading, Statement, read
from kg.projection.edges import typed_edges
from kg.projection.project import state_decisions, state_documents, state_firms, state_things
from kg.projection.records import Record, gather
from kg.projection.retraction import Retracted
from kg.projection.shape import End
from kg.projection.things import DESCRIBED, mentions, see
from kg.records import Decision, Document, DocumentId, RecordId
from kg.store import Counts

FACTS_A_SHARD = 120_000
"""About 6 KB of memory a fact."""
FACTS_A_WORKER = 50_000
"""Facts for which it does not pay to start another process."""


@dataclass(frozen=True)
class Job:
    """What every worker needs to know."""

    scratch: Path
    sheets: Path
    journal: Path
    ontology: Ontology
    decisions: tuple[Decision, ...]
    shards: int

    @cached_property
    def documents(self) -> dict[DocumentId, Document]:
        """All documents by id."""
        return self.load("documents")  # type: ignore[no-any-return]

    @cached_property
    def firms(self) -> _Firms:
        """The enterprise of each record that could meet another one, and the shard where it is projected."""
        return _Firms(*self.load("firms"))

    @cached_property
    def retracted(self) -> Retracted:
        """What was taken out."""
        return Retracted.of(self.decisions, self.firms)

    def keep(self, name: str, value: Any) -> None:
        """Leave a value for all workers."""
        with (self.scratch / name).open("wb") as file:
            pickle.dump(value, file, protocol=5)

    def load(self, name: str) -> Any:
        """A value that was left by `keep` in this run."""
        with (self.scratch / name).open("rb") as file:
            return pickle.load(file)  # noqa: S301 (our own file of this run)


class _Firms(dict[str, str]):
    """Enterprises by record; a record that is not in it is its own."""

    def __init__(self, firm_of: Mapping[str, str], shard: Mapping[str, int]) -> None:
        super().__init__(firm_of)
        self.shard = shard

    def __missing__(self, key: str) -> str:
        return key


def project_into(
    sheets: Path,
    scratch: Path,
    ontology: Ontology,
    documents: DocumentStore,
    journal: Journal,
    decisions: Iterable[Decision],
    workers: int,
    facts_a_shard: int = FACTS_A_SHARD,
) -> Counts:
    """Write the projection of everything into `sheets`; returns how many nodes and edges that are.

    `scratch` is an empty folder for what lies between the steps, about as large as the journal.
    """
    known = {document.id: document for document in documents.all()}
    sizes = {item: journal.count(item) for item in journal.documents() if item in known}
    facts = sum(sizes.values())
    workers = max(1, min(workers, facts // FACTS_A_WORKER))
    job = Job(scratch, sheets, journal.folder, ontology, tuple(decisions), 1 + facts // facts_a_shard)
    job.keep("documents", known)
    shards = [range(job.shards)[at::workers] for at in range(workers)]
    with _workers(job, workers) as each:
        each(_deal, _even(sizes, workers))
        _cluster(job, each, shards)
        written = [counts for step in (_tell_alone, _tell_met, _tell_things) for counts in each(step, shards)]
    with Sheets(sheets, ontology, "rest") as rest:
        projection = Projection()
        state_documents(projection, known.values())
        state_decisions(projection, job.decisions, job.firms)
        rest.write(projection)
        written.append(rest.counts)
    return sum_counts(written)


def sum_counts(parts: Iterable[Counts]) -> Counts:
    """The counts of all parts together."""
    labels: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for part in parts:
        labels.update(part.labels)
        types.update(part.types)
    return Counts(dict(labels), dict(types))


# --- workers -------------------------------------------------------------------------------------------------------

_Step = Callable[[Job, int, Any], Any]
_Each = Callable[[_Step, Sequence[Any]], list[Any]]
_jobs: list[Job] = []


@contextmanager
def _workers(job: Job, number: int) -> Iterator[_Each]:
    """A function that does a step for each part at once: in processes of their own, or here where one is enough."""
    if number == 1:
        yield lambda step, parts: [step(job, at, part) for at, part in enumerate(parts)]
        return
    # Not forked: a driver or a store of this process may have threads.
    with ProcessPoolExecutor(number, get_context("spawn"), _begin, (job,)) as pool:
        yield lambda step, parts: list(pool.map(_run, [step] * len(parts), range(len(parts)), parts))


def _begin(job: Job) -> None:
    gc.disable()  # nothing here refers to itself; looking for it takes a third of the time
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _jobs.append(job)


def _end_with(parent: int) -> None:
    """A worker whose program was killed would wait for its next task for ever."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _run(step: _Step, at: int, part: Any) -> Any:
    return step(_jobs[0], at, part)


def _even(sizes: Mapping[DocumentId, int], parts: int) -> list[list[DocumentId]]:
    """Documents in parts of about the same number of facts."""
    dealt: list[list[DocumentId]] = [[] for _ in range(parts)]
    loads = [0] * parts
    for item, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        least = loads.index(min(loads))
        dealt[least].append(item)
        loads[least] += size
    return dealt


# --- reading -------------------------------------------------------------------------------------------------------


def _deal(job: Job, part: int, documents: Sequence[DocumentId]) -> None:
    """Read documents and leave what they say where it is needed."""
    journal = Journal(job.journal)
    with Spill(job.scratch, job.shards, part) as spill:
        for item in documents:
            document = job.documents[item]
            _deal_reading(read({item: document}, list(journal.read(item)), job.ontology), item, spill)


def _deal_reading(reading: Reading, document: DocumentId, spill: Spill) -> None:
    names: dict[End, str] = {}
    for item in reading.statements.values():
        values = packed(item)
        at_home = item.subject.label != "Record"
        spill.add("told" if at_home else "said", item.subject.key, values)
        if item.object is not None and item.object.label in DESCRIBED:
            spill.add("of", item.object.key, values)
        for end, name in mentions(item):
            see(names, end, name)
    for end, name in names.items():
        spill.add("names", end.key, (*end, name))
    for record in gather(reading.statements.values()).values():
        spill.add("records", record.id, _packed_record(record, document))
    for (end, _), name in reading.listed.items():
        spill.add("listed", end.key, (*end, document, name))
    for key, (relation, start, end, row) in reading.references.items():
        # By its end: the end's node takes properties from the edge.
        spill.add("references", end.key, (key, relation.name, tuple(start), tuple(end), row))


def _packed_record(record: Record, document: DocumentId) -> tuple[Any, ...]:
    return (record.id, record.source, record.name, document, record.code, record.region, record.newest)


def _records(job: Job, kind: str, shard: int) -> dict[str, Record]:
    """The records of a shard, each from all that was left of it."""
    records: dict[str, Record] = {}
    for key, source, name, document, code, region, newest in spilled(job.scratch, kind, shard):
        found = Record(RecordId(key), source, name, {document: job.documents[document]}, code, region, newest)
        if key in records:
            records[key].merge(found)
        else:
            records[key] = found
    return records


# --- identity ------------------------------------------------------------------------------------------------------


def _cluster(job: Job, each: _Each, shards: Sequence[Sequence[int]]) -> None:
    """Cluster the records that could meet another one; all others are enterprises by themselves."""
    hashes = each(_hashes, shards)
    shared = [_repeated([found[kind] for found in hashes]) for kind in (0, 1)]
    job.keep("shared", shared)
    identities: list[Identity] = [item for found in each(_identities, shards) for item in found]
    firm_of = cluster(identities, job.decisions)
    roots = kin(identities, job.decisions)
    job.keep("firms", (firm_of, {key: shard_of(root, job.shards) for key, root in roots.items()}))


def _hashes(job: Job, _part: int, shards: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Short hashes of the names and codes of all records; two alike mean no more than a closer look."""
    names, codes = array("Q"), array("Q")
    for shard in shards:
        for record in _records(job, "records", shard).values():
            identity = record.identity()
            names.append(_hash(identity.name_key))
            if identity.credit_code:
                codes.append(_hash(identity.credit_code))
    return np.array(names, dtype=np.uint64), np.array(codes, dtype=np.uint64)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _repeated(parts: Sequence[np.ndarray]) -> set[int]:
    found, counts = np.unique(np.concatenate(parts), return_counts=True)
    return set(found[counts > 1].tolist())


def _identities(job: Job, _part: int, shards: Sequence[int]) -> list[Identity]:
    names, codes = job.load("shared")
    decided = {record for decision in job.decisions for record in decision.records}
    found = []
    for shard in shards:
        for record in _records(job, "records", shard).values():
            identity = record.identity()
            code = identity.credit_code
            if _hash(identity.name_key) in names or (code and _hash(code) in codes) or record.id in decided:
                found.append(identity)
    return found


# --- projecting ----------------------------------------------------------------------------------------------------


def _tell_alone(job: Job, part: int, shards: Sequence[int]) -> Counts:
    """Records that are enterprises by themselves, with what they say; the others are dealt anew."""
    met = job.firms.shard
    with Sheets(job.sheets, job.ontology, f"alone{part}") as sheets, Spill(job.scratch, job.shards, part) as spill:
        for shard in shards:
            records = _records(job, "records", shard)
            for key in [key for key in records if key in met]:
                record = records.pop(key)
                for document in record.documents:
                    spill.put("records-met", met[key], _packed_record(record, document))
            statements = []
            for values in spilled(job.scratch, "said", shard):
                at = met.get(values[1][1])
                if at is None:
                    statements.append(unpacked(values, job.documents))
                else:
                    spill.put("said-met", at, values)
            sheets.write(_firms_of(job, statements, records, {}))
    return sheets.counts


def _tell_met(job: Job, part: int, shards: Sequence[int]) -> Counts:
    """Enterprises of records that could meet, with what they say."""
    names = promoted(job.decisions, job.firms)
    with Sheets(job.sheets, job.ontology, f"met{part}") as sheets:
        for shard in shards:
            statements = [unpacked(values, job.documents) for values in spilled(job.scratch, "said-met", shard)]
            sheets.write(_firms_of(job, statements, _records(job, "records-met", shard), names))
    return sheets.counts


def _firms_of(
    job: Job, statements: list[Statement], records: Mapping[str, Record], names: Mapping[str, str]
) -> Projection:
    projection = Projection()
    state_firms(projection, statements, records, job.firms, job.ontology, names, job.retracted)
    _keep_edges(job, projection, lambda kind: kind.start == "Enterprise")
    return projection


def _keep_edges(job: Job, projection: Projection, whole: Callable[[LinkKind], bool]) -> None:
    """Drop typed edges that other shards have more statements of."""
    for kind in list(projection.links):
        if job.ontology.relations[kind.type].layer in ("fact", "derived") and not whole(kind):
            del projection.links[kind]


def _tell_things(job: Job, part: int, shards: Sequence[int]) -> Counts:
    """All other nodes, with the edges that start in them and the structure of lists."""
    with Sheets(job.sheets, job.ontology, f"things{part}") as sheets:
        for shard in shards:
            sheets.write(_things_of(job, shard))
    return sheets.counts


def _things_of(job: Job, shard: int) -> Projection:
    told = [unpacked(values, job.documents) for values in spilled(job.scratch, "told", shard)]
    of = [unpacked(values, job.documents) for values in spilled(job.scratch, "of", shard)]
    reading = Reading({item.id: item for item in (*told, *of)})
    names: dict[End, str] = {}
    for label, key, name in spilled(job.scratch, "names", shard):
        see(names, End(label, key), name)
    for label, key, document, name in spilled(job.scratch, "listed", shard):
        reading.listed[End(label, key), document] = name
    for key, relation, start, end, row in spilled(job.scratch, "references", shard):
        reading.refer(key, job.ontology.relations[relation], End(*start), End(*end), row)
    projection = Projection()
    state_things(projection, reading, job.ontology, names)
    for label, rows in projection.nodes.items():
        name_of_key = job.ontology.labels[label].key
        rows[:] = [row for row in rows if shard_of(row[name_of_key], job.shards) == shard]
    state_firms(projection, told, {}, job.firms, job.ontology, {}, job.retracted)
    let = job.retracted.left([item for item in of if item.buyer], job.firms, job.ontology)
    for kind, found in typed_edges(let, job.firms, job.ontology).items():
        projection.links[kind] += found
    _keep_edges(job, projection, lambda kind: kind.start != "Enterprise")
    return projection
