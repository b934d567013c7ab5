# shellcheck shell=bash disable=SC2034 # what is set here is for the scripts that source this
# What the scripts in this folder share: how they speak, and what they know of a deployment. To be sourced.

# Names of the two deployments in the resource group: what main.bicep put out is read back under the first.
MAIN_DEPLOYMENT=nexthink-audit-lake
readonly EVENTS_DEPLOYMENT=nexthink-audit-lake-events
# As in modules/raw-subscription.bicep: to the webhook, and to the queue.
readonly SUBSCRIPTION=nexthink-audit-lake
readonly QUEUE_SUBSCRIPTION=nexthink-audit-lake-queue

step() { printf '\n== %s\n' "$*"; }
say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# Something went wrong on the way: what, and what to do.
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Nothing was begun: wrong usage, or something is missing.
refuse() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 2
}

# Windows' az, which WSL finds as well, ends its lines with CR. What goes to a terminal is left as it is.
az() {
  if [[ -t 1 ]]; then command az "$@"; else command az "$@" | tr -d '\r'; fi
}

# The value of an option: $1 its name, $2 how many words are left, $3 the next word.
value_of() {
  [[ $2 -ge 2 && $3 != --* ]] || refuse "$1: expected a value, found ${3:-nothing}; see --help"
  printf '%s' "$3"
}

# Runs a command until it succeeds: $1 the seconds to wait after each failure, the rest the command.
retry() {
  local waits="$1" seconds
  shift
  for seconds in $waits; do
    "$@" && return
    say "not yet: next try in $seconds s"
    sleep "$seconds"
  done
  "$@"
}

# Whether a command is there: $1 its name, $2 where it comes from.
need() {
  type -P "$1" > /dev/null || refuse "$1 is needed and not found: $2"
}

need_sign_in() {
  az account show --output none 2> /dev/null ||
    refuse 'nobody is signed in to Azure: run az login, then az account set --subscription NAME'
}

need_group() {
  az group show --name "$1" --output none 2> /dev/null ||
    refuse "no resource group $1 in this subscription (or no right to see it): az group create --name $1 --location LOCATION"
}

# Sets MAIN_DEPLOYMENT to the latest of main.bicep in the resource group $1, where there is none of ours: azd and the portal name them.
find_deployment() {
  local found
  found="$(az deployment group list --resource-group "$1" --query "[?name=='$MAIN_DEPLOYMENT'].name" --output tsv)" && [[ -z $found ]] &&
    found="$(az deployment group list --resource-group "$1" --query 'sort_by([?properties.outputs.lakeUrl], &properties.timestamp)[-1].name' --output tsv)" &&
    [[ -n $found ]] && MAIN_DEPLOYMENT="$found"
  return 0
}

# Sets what main.bicep put out, of the resource group $1.
read_outputs() {
  local names=(functionAppName hostAccountName deadLetterContainer landingAccountName landingSubscriptionId landingResourceGroup rawContainer
    rawFolder lakeIsPrivate actionGroupId applicationInsightsName landedFolders landingAppName keyVaultName landingSecrets delivery rawUrl lakeUrl)
  local query lines
  find_deployment "$1"
  query="$(printf '%s.value, ' "${names[@]}")"
  lines="$(az deployment group show --resource-group "$1" --name "$MAIN_DEPLOYMENT" --query "properties.outputs.[${query%, }]" --output tsv)" ||
    fail "no deployment $MAIN_DEPLOYMENT in resource group $1: run infra/deploy.sh first"
  {
    read -r function_app
    read -r host_account
    read -r dead_letter_container
    read -r landing_account
    read -r landing_subscription
    read -r landing_group
    read -r raw_container
    read -r raw_folder
    read -r lake_is_private
    read -r action_group
    read -r application_insights
    read -r landed_folders
    read -r landing_app
    read -r key_vault
    read -r landing_secrets
    read -r delivery
    read -r raw_url
    read -r lake_url
  } <<< "$lines" || true
  # What another version did not put out.
  local each
  for each in landing_subscription landed_folders landing_app key_vault landing_secrets delivery; do
    [[ ${!each} != None ]] || printf -v "$each" ''
  done
  of_landing
  [[ $lake_url == https://* ]] ||
    fail "deployment $MAIN_DEPLOYMENT in $1 did not end well or is of another version (its lakeUrl is \"${lake_url:-}\"): run infra/deploy.sh again"
}

# Sets in_landing to what az must be told to look for the landing account: nothing where it is in the subscription that is set.
of_landing() {
  in_landing=(--resource-group "$landing_group")
  [[ -z $landing_subscription ]] || in_landing+=(--subscription "$landing_subscription")
}

# Sets topic and topic_identity to the landing account's system topic: it has one at most, not always ours. Empty for none.
find_topic() {
  local found
  found="$(az eventgrid system-topic list "${in_landing[@]}" --query "[?ends_with(source, '/$landing_account')].[name, identity.type]" --output tsv)" ||
    fail "cannot list the system topics of resource group $landing_group: a right to read Microsoft.EventGrid is missing there"
  IFS=$'\t' read -r topic topic_identity <<< "$found"
  # As in modules/raw-events.bicep.
  own_topic="$landing_account-events"
}

# Whether the topic has our subscription $1.
has_subscription() {
  local found
  found="$(az eventgrid system-topic event-subscription list "${in_landing[@]}" --system-topic-name "$topic" --query "[?name=='$1'].name" --output tsv)" ||
    fail "cannot list the subscriptions of system topic $topic"
  [[ -n $found ]]
}

# Deletes our subscription $1.
delete_subscription() {
  az eventgrid system-topic event-subscription delete "${in_landing[@]}" --system-topic-name "$topic" --name "$1" --yes --output none ||
    fail "the event subscription could not be deleted: see above"
}
