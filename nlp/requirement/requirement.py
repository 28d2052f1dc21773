"""A technical requirement as a whole: its targets, the products that it asks for, their classes of the 四基."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nlp.foundation.classify import Classified, Classifier
from nlp.requirement.product import headline, products
from nlp.requirement.read import Target, read_targets


@dataclass(frozen=True, slots=True)
class Requirement:
    """What was read from a requirement; `classes` belong to `products`, in the same order."""

    targets: tuple[Target, ...]
    products: tuple[str, ...]
    classes: tuple[Classified, ...]


def read_requirement(title: str, text: str, classifier: Classifier) -> Requirement:
    """Read a requirement. A text without a title is named by its first clause."""
    named = products(title if title.strip() else headline(text))
    return Requirement(tuple(read_targets(text)), tuple(named), tuple(classifier.classify(named)))


def requirement_line(ident: object, read: Requirement) -> dict[str, Any]:
    """A requirement as `bulian requirement` writes it; a target has `method` only where the text names one."""
    return {
        "id": ident,
        "targets": [target_line(target) for target in read.targets],
        "products": list(read.products),
        "fields": fields_of(read.classes),
    }


def target_line(target: Target) -> dict[str, Any]:
    """A target as it stands in that line."""
    line = asdict(target)
    if line["method"] is None:
        del line["method"]
    return line


def fields_of(classes: Sequence[Classified]) -> list[str]:
    """Classes of a requirement's products, each once."""
    return list(dict.fromkeys(each.category for each in classes if each.category))
