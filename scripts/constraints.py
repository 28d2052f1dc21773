"""Print constraints.txt: the installed version of everything that the program, its tests and its linters need."""

from __future__ import annotations

import importlib.metadata as metadata
import re

from packaging.requirements import Requirement


def needed(root: str, extras: set[str]) -> dict[str, str]:
    """Name → version of all packages that `root` with `extras` needs here, `root` itself left out."""
    versions: dict[str, str] = {}
    todo = [(root, frozenset(extras))]
    seen = set(todo)
    while todo:
        name, wanted = todo.pop()
        for line in metadata.requires(name) or []:
            need = Requirement(line)
            if need.marker and not any(need.marker.evaluate({"extra": extra}) for extra in wanted or {""}):
                continue
            key = re.sub(r"[-_.]+", "-", need.name).lower()
            versions[key] = metadata.version(key)
            step = (key, frozenset(need.extras))
            if step not in seen:
                seen.add(step)
                todo.append(step)
    return versions


if __name__ == "__main__":
    for package, version in sorted(needed("bulian", {"test", "lint"}).items()):
        print(f"{package}=={version}")
