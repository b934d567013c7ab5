#!/usr/bin/env bash
# Puts one record into the raw zone of a deployment and waits until the table has it: storage, events, app, roles and log work.
# The record stays for ever, as all evidence does, and says what it is: code 999999999, message "Smoke test of nexthink-audit-lake, …".
set -euo pipefail
infra="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=infra/deployment.sh
source "$infra/deployment.sh"

usage() {
  cat << 'END'
usage: infra/smoke-test.sh --resource-group GROUP [--proof query|commit] [--minutes N]

  --proof    query (default): audit-lake query finds the record; this fetches the table's files to this machine's cache
             commit: the table's log says that it was taken in
  --minutes  how long to wait for it, 10 by default
END
}

# In no catalogue: the codes of Nexthink have five digits.
readonly CODE=999999999

group='' proof=query minutes=10
while [[ $# -gt 0 ]]; do
  case "$1" in
    --resource-group | --proof | --minutes)
      value="$(value_of "$1" $# "${2:-}")"
      case "$1" in
        --resource-group) group="$value" ;;
        --proof) proof="$value" ;;
        --minutes) minutes="$value" ;;
      esac
      shift 2
      ;;
    --help) usage && exit ;;
    *) refuse "unknown option $1; see --help" ;;
  esac
done
[[ -n $group ]] || refuse '--resource-group must be given; see --help'
[[ $proof =~ ^(query|commit)$ ]] || refuse "--proof: expected query or commit, found $proof"
[[ $minutes =~ ^[1-9][0-9]?$ ]] || refuse "--minutes: expected 1 to 99, found $minutes"
need az 'install the Azure CLI'
need npm 'install Node 20 or newer'
need_sign_in
cd "$infra/.."
[[ -d node_modules ]] || npm ci || fail 'npm ci failed: see above'

step 'smoke test'
read_outputs "$group"
[[ $lake_is_private != true ]] || warn 'the lake has private endpoints only: this works from inside its network'
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
id="$(date -u +%Y%m%dT%H%M%SZ)-$RANDOM"
name="_smoke-test/$id.jsonl"
source_file="raw/$name"
# A line of JSON names its columns itself: settings for headers and delimiters do not matter.
printf '{"time":"%s","code":%d,"message":"Smoke test of nexthink-audit-lake, deployment=%s"}\n' \
  "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$CODE" "$id" > "$scratch/sample.jsonl"

upload() {
  az storage fs file upload --auth-mode login --account-name "$landing_account" --file-system "$raw_container" \
    --path "${raw_folder:+$raw_folder/}$name" --source "$scratch/sample.jsonl" --overwrite true --output none 2> "$scratch/said" && return
  cat "$scratch/said" >&2
  # Waiting cures a role or a firewall rule that does not act yet, and nothing else.
  grep -qE 'required permissions|network rules|AuthorizationPermissionMismatch|AuthorizationFailure' "$scratch/said" ||
    fail 'the sample could not be uploaded: see above'
  return 1
}

# Whether the table's log names the sample. At first there may be no table, or no right that acts: told if it stays so.
is_committed() {
  npm run -s audit-lake -- history --limit 50 --json --lake "$lake_url" > "$scratch/history" 2> "$scratch/said" &&
    grep -qF "\"path\":\"$source_file\"" "$scratch/history"
}

say "uploading $name to $raw_url"
retry '15 30 60 60 60 60' upload ||
  fail "the sample could not be uploaded. A new role takes up to ten minutes to act: run infra/smoke-test.sh again. If it stays so: is whoever is signed in deployerPrincipalId, and does exporterIpRules let this machine's address in?"

retry "$(printf '15 %.0s' $(seq $((minutes * 4))))" is_committed || {
  cat "$scratch/said" >&2
  fail "after $minutes minutes the table does not have $source_file. Look, in this order: do the settings include and exclude let it in (audit-lake status lists it as waiting)? did the event arrive (metrics and dead letters of the event subscription)? what does the app say (traces in Application Insights $application_insights)? The reconciliation takes it in within half an hour even without event"
}
grep -qE "\{\"path\":\"$source_file\",[^}]*\"outcome\":\"ingested\",[^}]*\"rows\":1,\"committed\":1," "$scratch/history" || {
  grep -oE "\{\"path\":\"$source_file\"[^}]*\}" "$scratch/history" >&2
  fail 'the log has the sample, but not as a row: the settings read JSON lines otherwise (columnAliases, timeFormat). Try your own export, or use --smoke-test off'
}

if [[ $proof == commit ]]; then
  say "the log has it: $source_file, 1 row"
  exit
fi
npm run -s audit-lake -- query "SELECT event_time, code, decode_status, message FROM audit_events WHERE source_file = '$source_file'" --json --lake "$lake_url" > "$scratch/found" ||
  fail 'the log has the sample, but the query failed: see above'
cat "$scratch/found"
grep -qF "deployment=$id" "$scratch/found" || fail "the log has $source_file, but the query does not find it: run audit-lake verify"
