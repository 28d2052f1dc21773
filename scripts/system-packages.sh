#!/bin/sh
# What the tests need from the system: a browser, Chinese fonts (pages; the demo corpus as it was made), OpenMP.
set -eu
packages="chromium fonts-noto-cjk fonts-wqy-microhei libgomp1"
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
    echo "setup: the browser tests need system packages; install them with: sudo apt-get install$missing" >&2
fi
