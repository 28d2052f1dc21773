#!/bin/sh
# What the tests need from the system: a browser, Chinese fonts (pages; the demo corpus as it was made), OpenMP, a
# PostgreSQL whose programs a cluster of the tests runs by (15 s with its download; the one that Debian starts is not used).
set -eu
packages="chromium fonts-noto-cjk fonts-wqy-microhei libgomp1 postgresql"
missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo "setup: system packages are in place"
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "setup: installing$missing"
    # shellcheck disable=SC2086
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >/dev/null
else
    echo "setup: the tests of browser and PostgreSQL need system packages; install them with: sudo apt-get install$missing" >&2
fi
