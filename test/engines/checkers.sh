#!/usr/bin/env bash
# Checks what is not TypeScript: the Bicep files with checkov, scripts with shellcheck, workflows with actionlint and zizmor. None asks
# the network. Needs Python 3.11 or newer and Go; the rest goes to the cache of run.sh, once. Ends with 1 where any of them finds something.
set -euo pipefail
cd "$(dirname "$0")/../.."
lists=test/engines/checkers
cache="${ENGINES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/nexthink-audit-lake-engines}"
actionlint_version=v1.7.12

missing() { printf 'test/engines: %s\n' "$*" >&2; exit 2; }
python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' || missing 'Python 3.11 or newer with venv is needed'
command -v go > /dev/null || missing 'Go (go) is needed to install actionlint'

# As in run.sh: a folder counts once its mark is there, and a changed list makes a new one.
key() { { cat "$1"; python3 -V; } | python3 -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest()[:12])'; }
checkers="$cache/checkers-$(key "$lists/requirements.txt")"
actionlint="$cache/actionlint-$actionlint_version"

install_checkers() {
  [[ ! -e $checkers/complete ]] || return 0
  rm -rf "$checkers"
  python3 -m venv "$checkers" &&
    "$checkers/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --only-binary :all: --no-binary bc-python-hcl2 --requirement "$lists/requirements.txt" &&
    "$checkers/bin/python" -m pip check &&
    touch "$checkers/complete"
}

install_actionlint() {
  [[ ! -e $actionlint/actionlint ]] || return 0
  GOBIN="$actionlint" GOTOOLCHAIN=local GOFLAGS="" go install "github.com/rhysd/actionlint/cmd/actionlint@$actionlint_version"
}

install_actionlint &
going=$!
install_checkers || missing 'the checkers could not be installed: see above'
wait "$going" || missing 'actionlint could not be installed: see above'

failed=0
check() {
  printf '\n== %s\n' "$1"
  shift
  "$@" || failed=1
}

check 'what would be deployed: checkov' "$checkers/bin/python" "$lists/infra.py" infra test/infra/snapshots
check 'scripts: shellcheck' "$checkers/bin/shellcheck" --external-sources infra/*.sh test/engines/*.sh test/releases/*.sh .ci/run
check 'workflows: actionlint' "$actionlint/actionlint" -pyflakes= -shellcheck="$checkers/bin/shellcheck" .github/workflows/*.yml
check 'workflows: zizmor' "$checkers/bin/zizmor" --offline --no-progress --persona pedantic --collect=all .github
exit "$failed"
