#!/bin/sh
# The environment of the anchors, .venv-anchors: packages that Bulian is compared with and does not need itself.
set -eu
cd "$(dirname "$0")/../../.."
[ -x .venv-anchors/bin/python ] || .venv/bin/python -m venv .venv-anchors
.venv-anchors/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r tests/bench/anchors/requirements.txt
.venv-anchors/bin/python -c "import neo4j_graphrag.retrievers"
