#!/bin/sh
# The tests of the extras, each extra in an environment of its own (.venv-NAME) over the packages of .venv, which stays
# without it; kept for the next run.
# `sh scripts/test-extras.sh NAME` runs one of them; that of `sentence` needs torch (6 GB) and only runs when it is named.
set -eu
cd "$(dirname "$0")/.."

environment() {  # NAME MODULE TESTS: installs the extra, proves that its module is there, runs its tests
    venv=".venv-$1"
    want=$(cat pyproject.toml constraints.txt scripts/test-extras.sh | cksum)
    [ -x "$venv/bin/python" ] || .venv/bin/python -m venv "$venv"
    site='import sysconfig; print(sysconfig.get_path("purelib"))'
    .venv/bin/python -c "$site" > "$("$venv/bin/python" -c "$site")/base.pth"  # only what the extra adds is installed
    if ! grep -qsxF "$want" "$venv/bulian-setup"; then
        echo "test-extras: installing the extra $1"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$1,test]"
        echo "$want" > "$venv/bulian-setup"
    fi
    "$venv/bin/python" -c "import $2"
    "$venv/bin/python" -m pytest $3
}

extra() {  # NAME
    case "$1" in
        ocr) environment ocr rapidocr tests/extras/test_ocr.py ;;
        mcp) environment mcp mcp tests/extras/test_mcp.py ;;
        notebook) environment notebook py2neo tests/extras/test_notebook.py ;;
        ray) environment ray ray "tests/extras/test_ray.py tests/web/test_ray_workers.py" ;;
        sentence) environment sentence sentence_transformers tests/extras/test_sentence.py ;;
        *) echo "test-extras: no extra named $1" >&2; exit 2 ;;
    esac
}

for name in ${*:-ocr mcp notebook ray}; do
    extra "$name"
done
