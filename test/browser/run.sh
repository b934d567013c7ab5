#!/usr/bin/env bash
# Looks at the pages in a real Chromium: `test/browser/run.sh [options of vitest]`. It is the one that CHROMIUM names, or that is
# installed; where there is none, the system's package is installed if this user may do that, and else the tests are left out, and say so.
set -euo pipefail
cd "$(dirname "$0")/../.."

found() { for name in chromium chromium-browser google-chrome google-chrome-stable; do command -v "$name" && return; done; return 1; }

install_chromium() {
  command -v apt-get > /dev/null || return 1
  local as=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2> /dev/null || return 1
    as=(sudo -n)
  fi
  "${as[@]}" apt-get update -qq > /dev/null 2>&1 || true
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium > /dev/null 2>&1
}

if [ -z "${CHROMIUM:-}" ] && ! found > /dev/null; then
  echo 'test/browser: no Chromium here; installing the package chromium'
  install_chromium || true
  found > /dev/null || echo 'test/browser: it cannot be had on this machine, so the pages are looked at in no browser; CHROMIUM=PROGRAM names one'
fi
exec npx vitest run --project browser "$@"
