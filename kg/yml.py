"""YAML, read in one place: by libyaml where PyYAML was built with it, a tenth of the time of its own parser.

Both read plain values alone (no objects of Python) and raise `yaml.YAMLError`.
"""

from __future__ import annotations

from typing import Any

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a build without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


def read_yaml(text: str | bytes) -> Any:
    """The values of a YAML text; raises `yaml.YAMLError`."""
    return yaml.load(text, _Loader)
