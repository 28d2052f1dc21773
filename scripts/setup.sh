#!/bin/sh
# Set up the program in .venv and fetch its third-party parts. Safe to run again: what is done is not done twice.
#   scripts/setup.sh [EXTRAS]      extras of pyproject.toml, divided by commas
set -eu
cd "$(dirname "$0")/.."

stop() { echo "setup: $1" >&2; exit 1; }
say() { echo "setup: $1"; }

find_python() {
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

extras="${1:-}"
python=$(find_python)
[ -n "$python" ] || stop "Python 3.11 or newer is missing: install it (Debian: apt-get install python3 python3-venv), or name it with PYTHON=/path/to/python3"

free_mb() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }
if [ ! -x .venv/bin/bulian ] && [ "$(free_mb .)" -lt 2000 ]; then
    stop "no disk: at least 2 GB must be free in $(pwd), there are $(free_mb .) MB"
fi

# pip takes a package for installed of which a kill left the half
begun=.venv/bulian-begun
if [ -e "$begun" ]; then
    say "the last installation was cut off: .venv is made anew"
    rm -rf .venv
fi
if [ ! -x .venv/bin/python ]; then
    say "making .venv with $("$python" --version 2>&1)"
    "$python" -m venv .venv || { rm -rf .venv; stop "Python's venv module is missing (Debian: apt-get install python3-venv)"; }
fi

want=$(cat pyproject.toml constraints.txt scripts/setup.sh | cksum)
installed() { grep -qsxF "$want $1" .venv/bulian-setup; }
if installed "$extras" || { [ -z "$extras" ] && grep -qsF "$want" .venv/bulian-setup; }; then
    say "packages are in place"
else
    say "installing packages${extras:+ with $extras} (a minute or two the first time)"
    touch "$begun"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".${extras:+[$extras]}" || {
        status=$?
        [ "$status" -gt 128 ] || rm -f "$begun"
        stop "the packages could not be installed: check the network or pip's index settings, then run the command again"
    }
    rm -f "$begun"
    echo "$want $extras" >> .venv/bulian-setup
fi
.venv/bin/bulian parts fetch || exit $?
