#!/usr/bin/env bash
# Lets delta-rs and Spark read, check and rewrite lakes that the command line has just made, and others read its answers.
# Needs Java 17, Maven and Python 3.10 or newer; the rest goes to a cache folder outside the repository, once.
# Arguments are handed to pytest, for example: bash test/engines/run.sh -k vacuum
set -euo pipefail
cd "$(dirname "$0")"
here="$PWD"
cache="${ENGINES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nexthink-audit-lake-engines}"

missing() { printf 'test/engines: %s\n' "$*" >&2; exit 2; }
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
"$java" -version 2>&1 | grep -qE 'version "(17|21)\.' || missing "Spark needs Java 17 or 21: install it, or point JAVA_HOME at it"
command -v mvn >/dev/null || missing 'Maven (mvn) is needed to fetch the Delta jars'
python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' || missing 'Python 3.10 or newer with venv is needed'
[ -d ../../node_modules ] || (cd ../.. && npm ci)

# A folder counts once its mark is there: an interrupted installation starts again, a changed list makes a new folder.
key() { { cat "$1"; python3 -V; } | python3 -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:12])'; }
python="$cache/python-$(key requirements.txt)"
jars="$cache/jars-$(key pom.xml)"
if [ ! -e "$python/complete" ]; then
  rm -rf "$python"
  python3 -m venv "$python"
  "$python/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r requirements.txt
  "$python/bin/python" -m pip check
  touch "$python/complete"
fi
if [ ! -e "$jars/complete" ]; then
  rm -rf "$jars"
  mvn --batch-mode --quiet -Dstyle.color=never dependency:copy-dependencies -DoutputDirectory="$jars"
  touch "$jars/complete"
fi

# Spark leaves folders where it is started.
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export DELTA_JARS="$jars" PYTHONDONTWRITEBYTECODE=1 TMPDIR="$scratch" SPARK_LOCAL_DIRS="$scratch" SPARK_LOCAL_IP=127.0.0.1
export PYSPARK_PYTHON="$python/bin/python"
"$python/bin/python" -m pytest -q -p no:cacheprovider --basetemp="$scratch/pytest" --rootdir="$here" --durations=8 "$here" "$@"
