#!/usr/bin/env bash
# The last release and this program on one lake, either way round: whatever one of them wrote the other one reads and proves,
# and an older program that must not write says so. The release is the newest tag (v*), else the commit in `last-release`.
set -euo pipefail
cd "$(dirname "$0")/../.."
here="$PWD"

release="$(git describe --tags --abbrev=0 --match 'v*' 2> /dev/null || cat test/releases/last-release)"
if ! git cat-file -e "$release^{commit}" 2> /dev/null && ! git fetch --quiet --depth=1 origin "$release"; then
  echo "expected the last release ($release) in the history, found none: clone with it (fetch-depth: 0, or git fetch --unshallow)" >&2
  exit 1
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
old="$work/release"
mkdir "$old"
git archive "$release" | tar -x -C "$old"
# Installs only where what is here will not do.
ln -s "$here/node_modules" "$old/node_modules"
if ! (cd "$old" && npm ls --omit=dev > /dev/null 2>&1); then
  rm "$old/node_modules"
  (cd "$old" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent)
fi

node="$here/node_modules/.bin/node"
lake() { # PROGRAM LAKE COMMAND ...: runs a command of the program in that folder
  local program="$1" place="$2"
  shift 2
  "$node" "$program/bin/audit-lake.js" "$@" --lake "$place" > "$work/said" 2>&1
}
fails() {
  echo "$1" >&2
  cat "$work/said" >&2
  exit 1
}
proved() { # PROGRAM LAKE WHAT
  lake "$1" "$2" status || fails "$3: status failed"
  lake "$1" "$2" verify || fails "$3: verify found problems"
}
# An older program takes files in, or says which version it takes and changes nothing.
older_ingest() { # LAKE FILE WHAT
  local before
  before="$(ls -R "$1")"
  lake "$old" "$1" ingest "$2" && return
  grep -q 'takes version' "$work/said" || fails "$3: ingest failed, for another reason than the version"
  [ "$before" = "$(ls -R "$1")" ] || fails "$3: ingest was refused, and files have changed"
  echo "  the release refuses to write: $(cat "$work/said")"
}

first="$(find samples/exports -name 'audit-*.csv' | sort | sed -n 1p)"
second="$(find samples/exports -name 'audit-*.csv' | sort | sed -n 2p)"

echo "the last release ($release) on a lake of this program"
lake "$here" "$work/new" ingest "$first" || fails 'this program: ingest failed'
# It leaves a record of the verification, of which the release knows nothing.
proved "$here" "$work/new" 'this program, before the release'
proved "$old" "$work/new" 'the release on a lake of this program'
older_ingest "$work/new" "$second" 'the release on a lake of this program'
proved "$here" "$work/new" 'this program, after the release'
proved "$old" "$work/new" 'the release, after itself'

echo "this program on a lake of the last release ($release)"
lake "$old" "$work/old" ingest "$first" || fails 'the release: ingest failed'
proved "$here" "$work/old" 'this program on a lake of the release'
lake "$here" "$work/old" ingest "$second" || fails 'this program on a lake of the release: ingest failed'
lake "$here" "$work/old" compact || fails 'this program on a lake of the release: compact failed'
lake "$here" "$work/old" verify --deep || fails 'this program on a lake of the release: verify --deep found problems'
proved "$old" "$work/old" 'the release, after this program'
echo 'both prove what the other one wrote'
