#!/usr/bin/env bash
# Takes a deployment down and keeps its evidence: the landing and lake accounts stay with all that is in them. Only --everything
# deletes these too. Safe to run again.
set -euo pipefail
infra="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=infra/deployment.sh
source "$infra/deployment.sh"

usage() {
  cat << 'END'
usage: infra/teardown.sh --resource-group GROUP [--yes] [--everything]

  --yes         do not ask; has no effect on --everything
  --everything  delete the resource group with all that is in it, evidence too; asks for the group's name
END
}

group='' yes=false everything=false
while [[ $# -gt 0 ]]; do
  case "$1" in
    --resource-group)
      group="$(value_of "$1" $# "${2:-}")"
      shift 2
      ;;
    --yes) yes=true && shift ;;
    --everything) everything=true && shift ;;
    --help) usage && exit ;;
    *) refuse "unknown option $1; see --help" ;;
  esac
done
[[ -n $group ]] || refuse '--resource-group must be given; see --help'
need az 'install the Azure CLI'
need_sign_in
need_group "$group"
read_outputs "$group"
lake_account="${lake_url#https://}"
lake_account="${lake_account%%.*}"

# The ids of all that the deployments made in this group; a module is a deployment of its own.
made() {
  # Azure does not keep to one case in its ids. This holds to the end of the substitution that this runs in.
  shopt -s nocasematch
  local pending="$1" name type id found
  while [[ -n $pending ]]; do
    name="${pending%% *}"
    pending="${pending#"$name"}" && pending="${pending# }"
    found="$(az deployment operation group list --resource-group "$group" --name "$name" --query '[?properties.targetResource].properties.targetResource.[resourceType, id, resourceName]' --output tsv 2> /dev/null)" || continue
    while IFS=$'\t' read -r type id name; do
      case "$type" in
        Microsoft.Resources/deployments) [[ $id != */resourceGroups/"$group"/* ]] || pending="$name $pending" ;;
        ?*) say "$id" ;;
      esac
    done <<< "$found"
  done
}

# What of it is there and can go: all but the two accounts. Resources of others in the group are none of ours.
leftovers() {
  local ours present
  ours="$(made "$MAIN_DEPLOYMENT $EVENTS_DEPLOYMENT")"
  # Nothing that we know of: nothing goes.
  [[ -n $ours ]] || return 0
  present="$(az resource list --resource-group "$group" --query '[].id' --output tsv)" || fail "cannot list the resources of $group: see above"
  grep -iFxf <(printf '%s\n' "$ours") <<< "$present" |
    grep -viE "/Microsoft\.Storage/storageAccounts/($landing_account|$lake_account)$|/Microsoft\.EventGrid/systemTopics/|/Microsoft\.KeyVault/vaults/|/Microsoft\.ManagedIdentity/userAssignedIdentities/[^/]*-encryption-identity$" || true
}

remove_topic() {
  find_topic
  [[ -n $topic ]] || return 0
  local subscription
  for subscription in "$SUBSCRIPTION" "$QUEUE_SUBSCRIPTION"; do
    if has_subscription "$subscription"; then
      delete_subscription "$subscription"
      say "deleted the event subscription $subscription of $landing_account"
    fi
  done
  [[ $topic == "$own_topic" ]] || { say "kept: system topic $topic, which was there before" && return; }
  az eventgrid system-topic delete "${in_landing[@]}" --name "$topic" --yes --output none ||
    fail "system topic $topic could not be deleted: see above"
  say "deleted system topic $topic"
}

remove_everything() {
  local answer
  cat << END
This deletes resource group $group with all that is in it: the raw files, the table, the chain of evidence, the logs.
Nothing here brings it back. Azure refuses where a container's immutability policy still holds; that is what the policy is for.
END
  [[ $landing_group == "$group" ]] || say "Landing account $landing_account is in resource group $landing_group and stays."
  read -r -p "Type the resource group's name to go on: " answer || true
  [[ $answer == "$group" ]] || { say 'Nothing was changed.' && exit 1; }
  remove_topic
  az group delete --name "$group" --yes --output none || fail "resource group $group could not be deleted: see above"
  say "deleted $group"
}

if [[ $everything == true ]]; then
  remove_everything
  exit
fi

resources="$(leftovers)"
kept_vault=''
[[ -z $key_vault ]] || kept_vault="  $key_vault (key vault, with its secrets: purge protection would keep its name in any case)"$'\n'
cat << END
Kept, with all that is in them, their immutability, lifecycle and soft delete:
  $landing_account (raw files, in resource group $landing_group)
  $lake_account (table, quarantine, evidence)
${kept_vault}Whoever has a role on them keeps it; what the app's identity had shows up there as unknown, and can be removed. A budget stays
too: the accounts go on to cost.
Deleted:
$(if [[ -n $resources ]]; then printf '%s\n' "$resources" | sed -E 's|.*/providers/|  |'; else printf '  none that is left\n'; fi)
  the event subscription nexthink-audit-lake and, where it is ours, the system topic of $landing_account
With the workspace go the chain heads noted there. Note them elsewhere first: npm run -s audit-lake -- verify --lake $lake_url
END
[[ $lake_is_private != true ]] ||
  say "The lake has private endpoints only, and they go too: az storage account update --resource-group $group --name $lake_account --public-network-access Enabled opens it again."
if [[ $yes != true ]]; then
  [[ -t 0 ]] || refuse 'nobody there to ask: run with --yes'
  read -r -p 'Go on? (yes/no) ' answer
  [[ $answer == yes ]] || { say 'Nothing was changed.' && exit; }
fi
remove_topic
if [[ -n $resources ]]; then
  ids=()
  while read -r id; do ids+=("$id"); done <<< "$resources"
  # az finds the order in which they let themselves be deleted.
  az resource delete --ids "${ids[@]}" --output none || fail 'not everything could be deleted: see above; run this again'
fi
say 'done'
