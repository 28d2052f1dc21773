#!/bin/sh
# A backup that is tried at once: backup.sh FOLDER KEEP [OPTIONS of backup and restore].
# Of those in FOLDER the newest KEEP stay; an older one goes only after the new one has passed its drill.
set -eu
folder=${1:?usage: backup.sh FOLDER KEEP [OPTIONS]}
keep=${2:?usage: backup.sh FOLDER KEEP [OPTIONS]}
shift 2
PATH="$(dirname "$0")/../.venv/bin:$PATH"
umask 077
mkdir -p "$folder"
file="$folder/bulian-$(date -u +%Y%m%dT%H%M%SZ).zip"
bulian backup "$file" "$@"
bulian restore "$file" --drill "$@"
find "$folder" -maxdepth 1 -name 'bulian-*Z.zip' | sort -r | tail -n "+$((keep + 1))" | while read -r old; do
    rm -- "$old"
    echo "gone: $old"
done
