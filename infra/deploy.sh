#!/usr/bin/env bash
# Deploys all of it into a resource group that is there, from nothing or over what runs: resources, code, event subscription, and a
# smoke test. Safe to run again, whatever it was interrupted in. docs/deploy.md tells more.
set -euo pipefail
infra="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=infra/deployment.sh
source "$infra/deployment.sh"
# shellcheck source=infra/patience.sh
source "$infra/patience.sh"

usage() {
  cat << 'END'
usage: infra/deploy.sh --resource-group GROUP --location REGION --parameters FILE.bicepparam
                       [--what-if] [--yes] [--smoke-test query|commit|off]

  --what-if     say what would change, and change nothing; needs no more than a right to read and to run what-ifs
  --yes         do not ask
  --smoke-test  query (default): a sample must be in the table, as audit-lake query sees it; this fetches the table's files
                commit: the log must say that it is in; off: none
END
}

group='' location='' parameters='' only_what_if=false yes=false smoke_test=query
while [[ $# -gt 0 ]]; do
  case "$1" in
    --resource-group | --location | --parameters | --smoke-test)
      value="$(value_of "$1" $# "${2:-}")"
      case "$1" in
        --resource-group) group="$value" ;;
        --location) location="$value" ;;
        --parameters) parameters="$value" ;;
        --smoke-test) smoke_test="$value" ;;
      esac
      shift 2
      ;;
    --what-if) only_what_if=true && shift ;;
    --yes) yes=true && shift ;;
    --help) usage && exit ;;
    *) refuse "unknown option $1; see --help" ;;
  esac
done
[[ -n $group && -n $location && -n $parameters ]] || refuse '--resource-group, --location and --parameters must be given; see --help'
[[ $smoke_test =~ ^(query|commit|off)$ ]] || refuse "--smoke-test: expected query, commit or off, found $smoke_test"
[[ $parameters == *.bicepparam && -f $parameters ]] || refuse "--parameters: expected a .bicepparam file, found $parameters"
parameters="$(cd "$(dirname "$parameters")" && pwd)/$(basename "$parameters")"
cd "$infra/.."

# The value of a parameter as it will be: from the parameters file, else main.bicep's own.
parameter() {
  node -e '
    const { parametersJson, templateJson } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const [given, declared] = [parametersJson, templateJson].map((json) => JSON.parse(json).parameters[process.argv[1]]);
    const value = given?.value ?? declared?.defaultValue ?? "";
    process.stdout.write(typeof value === "object" ? JSON.stringify(value) : String(value));
  ' "$1" <<< "$built_parameters" || refuse "cannot read $1 from what az bicep build-params printed: is az newer than this script?"
}

# Azure says in its tokens whose they are, also where the directory may not be asked. The token itself goes nowhere else.
object_id() {
  az account get-access-token --query accessToken --output tsv | node -e '
    const [, claims] = require("node:fs").readFileSync(0, "utf8").split(".");
    process.stdout.write(JSON.parse(Buffer.from(claims, "base64url").toString()).oid);
  '
}

check_tools() {
  need az 'install the Azure CLI, 2.76 or newer'
  need npm 'install Node 20 or newer'
  need node 'install Node 20 or newer'
  need_sign_in
  [[ $(type -P az) != /mnt/* ]] ||
    warn "az is that of Windows ($(type -P az)), which finds no file by its path in WSL: run this from a folder below /mnt/c, or install az in WSL (https://aka.ms/InstallAzureCLIDeb)"
  az bicep version > /dev/null 2>&1 || refuse 'Bicep is needed and not found: az bicep install'
  say "subscription: $(az account show --query name --output tsv)"
}

check_providers() {
  local wanted=(Microsoft.App Microsoft.Consumption Microsoft.EventGrid Microsoft.Insights Microsoft.ManagedIdentity
    Microsoft.Network Microsoft.OperationalInsights Microsoft.Storage Microsoft.Web)
  local registered provider missing=()
  registered="$(az provider list --query "[?registrationState=='Registered'].namespace" --output tsv)" || {
    warn 'which resource providers are registered cannot be seen with roles on the resource group alone: not checked'
    return
  }
  for provider in "${wanted[@]}"; do
    grep -qix "$provider" <<< "$registered" || missing+=("az provider register --namespace $provider --wait")
  done
  [[ ${#missing[@]} -eq 0 ]] && return
  printf '%s\n' "${missing[@]}" >&2
  refuse 'the subscription lacks these resource providers: have an owner run the commands above'
}

check_region() {
  local region node_version found
  region="$(tr '[:upper:]' '[:lower:]' <<< "${location// /}")"
  node_version="$(parameter nodeVersion)"
  found="$(az functionapp list-flexconsumption-locations --query "[?name=='$region'].name" --output tsv)" || {
    warn 'the regions with Flex Consumption cannot be seen with roles on the resource group alone: not checked'
    found="$region"
  }
  [[ -n $found ]] || refuse "no Flex Consumption in $location: choose one of az functionapp list-flexconsumption-locations --output table"
  found="$(az functionapp list-flexconsumption-runtimes --location "$region" --runtime node --query '[].version' --output tsv)" || {
    warn "the Node versions of Flex Consumption in $location cannot be seen: not checked"
    return
  }
  grep -qE "^$node_version([^0-9]|$)" <<< "$found" ||
    refuse "no Node $node_version on Flex Consumption in $location, but $(paste -sd ' ' - <<< "$found"): set nodeVersion in $(basename "$parameters")"
}

check() {
  step 'check'
  check_tools
  need_group "$group"
  built_parameters="$(az bicep build-params --file "$parameters" --stdout)" ||
    refuse "$parameters does not build: see above. If it is Bicep that does not know something: az bicep upgrade"
  check_providers
  check_region
  [[ $(parameter exporterAuth) != key ]] ||
    warn 'exporterAuth is key: whoever has a key of the landing account can change and delete raw files, and no log says who. Prefer entra.'
  say "ready: $(basename "$parameters") into resource group $group, $location"
}

what_if() {
  step 'what would change (the event subscription comes later, after the code)'
  az deployment group what-if --resource-group "$group" --name "$MAIN_DEPLOYMENT" --no-prompt true --parameters "$parameters" "${overrides[@]}" "$@" ||
    fail 'what-if failed: see above. Where it says AuthorizationFailed, a role of docs/deploy.md is missing'
}

confirm() {
  [[ $yes == true ]] && return
  [[ -t 0 ]] || refuse 'nobody there to ask: look at --what-if, then run with --yes'
  local answer
  read -r -p "Deploy this to $group? (yes/no) " answer
  [[ $answer == yes ]] || { say 'Nothing was changed.' && exit; }
}

deploy_resources() {
  step 'resources'
  deploy_template "$MAIN_DEPLOYMENT" --parameters "$parameters" "${overrides[@]}" || {
    name_assignment
    fail "main.bicep could not be deployed: see above; mend it and run this again (in full: az deployment operation group list --resource-group $group --name $MAIN_DEPLOYMENT)"
  }
  read_outputs "$group"
  say "function app $function_app, landing account $landing_account, lake $lake_url"
}

# The lines of a what-if of what was just deployed that are about who comes in: what a policy with the effect Modify changed.
changed_since() {
  node -e '
    const { changes } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const matters = /publicNetworkAccess|networkAcls|allowSharedKeyAccess|allowBlobPublicAccess|minimumTlsVersion|minTlsVersion|httpsOnly|supportsHttpsTrafficOnly/i;
    const leaves = (delta, above = "") => delta.flatMap(({ path, children, ...change }) =>
      children?.length ? leaves(children, above + path + ".") : [{ ...change, path: above + path }]);
    for (const { changeType, resourceId, delta } of changes) {
      const id = resourceId.split("/providers/").at(-1);
      if (changeType !== "Modify" || !/^Microsoft\.(Storage\/storageAccounts|Web\/sites|KeyVault\/vaults)\/[^/]+$/i.test(id)) continue;
      for (const { path, propertyChangeType, before, after } of leaves(delta ?? [])) {
        if (propertyChangeType !== "Modify" || !matters.test(path)) continue;
        const isClosed = /publicNetworkAccess$/i.test(path) && before === "Disabled";
        const means = !isClosed ? "" : /^Microsoft\.Web/i.test(id)
          ? ". Events of Event Grid are answered with 403, and no package can be deployed from outside its network"
          : id.endsWith("/" + process.argv[1]) ? ". The exporter is locked out" : ". Who is not in its network is locked out";
        console.log("  " + id + ": " + path + " is " + JSON.stringify(before) + ", and was deployed as " + JSON.stringify(after) + means);
      }
    }
  ' "$landing_account"
}

# Azure says nothing where a policy changes what is deployed.
read_back() {
  local changed
  changed="$(az deployment group what-if --resource-group "$group" --name "$MAIN_DEPLOYMENT" --no-prompt true --no-pretty-print --output json --parameters "$parameters" "${overrides[@]}" 2> /dev/null | changed_since)" || {
    warn 'whether a policy changed what was deployed could not be read: not checked'
    return 0
  }
  [[ -n $changed ]] || return 0
  warn 'this is not as it was deployed, most likely by a policy with the effect Modify (which one: Policy, Compliance in the portal):'
  printf '%s\n' "$changed" >&2
  warn 'ask for an exemption of this resource group, or deploy what the policy wants: docs/deploy.md has both'
}

deploy_code() {
  step 'code'
  [[ $(parameter delivery) != queue ]] || reach_closed "$function_app"
  npm ci || fail 'npm ci failed: see above'
  npm run -s package || fail 'the package could not be built: see above'
  upload_package "$function_app" dist/audit-lake.zip
}

# Whether the code is read and the app knows its functions.
has_function() {
  local function
  function="$(az functionapp function list --resource-group "$group" --name "$function_app" --query "[?ends_with(name, '/ingest-export')].name" --output tsv)" &&
    [[ -n $function ]]
}

# Whether the host has made the key of its webhook. The key itself is not asked for.
has_key() {
  local key
  key="$(az functionapp keys list --resource-group "$group" --name "$function_app" --query "type(systemKeys.blobs_extension) == 'string'" --output tsv)" &&
    [[ $key == true ]]
}

# The app that lands files, where there is one. Its secrets are put by hand: no parameter and no log ever has one.
deploy_landing() {
  [[ -n $landing_app ]] || return 0
  step 'code of the landing app'
  upload_package "$landing_app" dist/audit-lake-landing.zip
  local secret
  for secret in $landing_secrets; do
    say "it reads secret $secret of $key_vault; where it is not there yet: az keyvault secret set --vault-name $key_vault --name $secret --file FILE --output none, then az functionapp restart --resource-group $group --name $landing_app"
  done
}

await_app() {
  local hint="see exceptions and traces in Application Insights $application_insights, or FunctionAppLogs in the workspace. Then run this again"
  step 'wait for the function and for the key of its webhook'
  retry '5 10 20 30 30 60 60 60 60 60' has_function ||
    fail "$function_app does not show function ingest-export. Perhaps a setting is wrong, which it says when it starts: $hint"
  [[ $delivery != queue ]] || return 0
  # Made when the host starts, as it does for the next reconciliation at the latest.
  retry '5 10 20 30 30 60 60 60 60 60 60 60 60 60 60 60 60 60 60' has_key ||
    fail "$function_app does not show system key blobs_extension: its host does not start, or does not reach $host_account. Look why: $hint"
}

# Says whether the subscription is current or outdated: calls another app, or with another key. Azure lets nobody change its URL.
subscription_standing() {
  set +x
  local state url host key
  url="$(az eventgrid system-topic event-subscription show "${in_landing[@]}" --system-topic-name "$topic" --name "$SUBSCRIPTION" --include-full-endpoint-url true --query '[provisioningState, destination.endpointUrl]' --output tsv)" ||
    fail "cannot read the event subscription of $topic: see above"
  host="$(az functionapp show --resource-group "$group" --name "$function_app" --query 'properties.defaultHostName || defaultHostName' --output tsv)" && [[ -n $host ]] ||
    fail "cannot read the host name of $function_app: see above"
  key="$(az functionapp keys list --resource-group "$group" --name "$function_app" --query systemKeys.blobs_extension --output tsv)" ||
    fail "cannot read the key of $function_app's webhook: see above"
  { read -r state && read -r url; } <<< "$url"
  if [[ $state == Succeeded && ${url//%3[Dd]/=} == "https://$host/runtime/webhooks/blobs?functionName=Host.Functions.ingest-export&code=$key" ]]; then
    printf current
  else
    printf outdated
  fi
}

subscribe() {
  step 'event subscription'
  local existing='' standing=current tags
  tags="$(parameter tags)"
  find_topic
  if [[ -n $topic && $topic != "$own_topic" ]]; then
    existing="$topic"
    [[ $topic_identity == *SystemAssigned* ]] ||
      fail "system topic $topic of $landing_account has no system-assigned identity, which dead letters need: az eventgrid system-topic update ${in_landing[*]} --name $topic --mi-system-assigned-identity"
  fi
  if [[ -n $topic ]] && has_subscription "$SUBSCRIPTION"; then
    standing="$(subscription_standing)"
  fi
  if [[ $standing == outdated ]]; then
    say 'the subscription calls another app or with an old key: it is made anew. The reconciliation takes in what arrives meanwhile'
    delete_subscription "$SUBSCRIPTION"
  fi
  # The handshake wants the app awake, and the topic's role on the dead letters takes minutes to act.
  retry '30 60 120' deploy_template "$EVENTS_DEPLOYMENT" --template-file infra/eventgrid.bicep --parameters \
    functionAppName="$function_app" hostAccountName="$host_account" deadLetterContainer="$dead_letter_container" \
    landingAccountName="$landing_account" landingSubscriptionId="$landing_subscription" landingResourceGroup="$landing_group" rawContainer="$raw_container" rawFolder="$raw_folder" \
    landedFolders="$landed_folders" actionGroupId="$action_group" existingSystemTopic="$existing" tags="$tags" ||
    fail 'eventgrid.bicep could not be deployed: see above. Until it is, files are taken in by the reconciliation only. Run this again'
  [[ -z $topic ]] || forget_subscription "$QUEUE_SUBSCRIPTION"
}

# Deletes the subscription of the other delivery, once this one is there: until then both announce files, and none is taken in twice.
forget_subscription() {
  has_subscription "$1" || return 0
  say "subscription $1 of the delivery before is deleted; what is in its queue is still taken in"
  delete_subscription "$1"
}

# With queue delivery main.bicep has made the subscription.
subscribed() {
  step 'event subscription'
  find_topic
  if [[ -z $topic ]] || ! has_subscription "$QUEUE_SUBSCRIPTION"; then
    fail "main.bicep made no subscription $QUEUE_SUBSCRIPTION of landing account $landing_account: look at the deployment $MAIN_DEPLOYMENT"
  fi
  forget_subscription "$SUBSCRIPTION"
}

# With queue delivery main.bicep has to be told of a system topic that the landing account has from elsewhere: Azure allows one.
name_topic() {
  [[ $(parameter delivery) == queue && -z $(parameter existingSystemTopic) ]] || return 0
  local existing
  existing="$(parameter existingLandingAccount)"
  [[ -n $existing ]] || return 0
  landing_account="$(json_member account <<< "$existing")"
  landing_group="$(json_member resourceGroup <<< "$existing")"
  landing_group="${landing_group:-$group}"
  landing_subscription="$(json_member subscriptionId <<< "$existing")"
  of_landing
  # Who only tries a deployment may have no right to look there.
  if [[ $only_what_if == true ]] && ! (find_topic) 2> /dev/null; then
    warn "whether $landing_account has a system topic cannot be seen: not checked"
    return 0
  fi
  find_topic
  [[ -z $topic || $topic == "$own_topic" ]] || overrides+=("existingSystemTopic=$topic")
}

# A member of the JSON object that is read; empty where it has none.
json_member() {
  node -e 'process.stdout.write(String(JSON.parse(require("node:fs").readFileSync(0, "utf8"))[process.argv[1]] ?? ""))' "$1"
}

overrides=("location=$location")
check
name_topic
if [[ $only_what_if == true ]]; then
  # Without a check of write rights, so that whoever reviews a change needs none.
  what_if --validation-level ProviderNoRbac
  exit
fi
deployer="$(object_id)" || fail 'cannot tell who is signed in: az account get-access-token failed, see above'
deployer_type="$(az account show --query user.type --output tsv)"
[[ $deployer_type == servicePrincipal ]] && deployer_type=ServicePrincipal || deployer_type=User
overrides+=("deployerPrincipalId=$deployer" "deployerPrincipalType=$deployer_type")
what_if
confirm
deploy_resources
read_back
deploy_code
await_app
deploy_landing
if [[ $delivery == queue ]]; then subscribed; else subscribe; fi
if [[ $smoke_test == off ]]; then
  say 'no smoke test: run infra/smoke-test.sh when you like'
else
  "$infra/smoke-test.sh" --resource-group "$group" --proof "$smoke_test"
fi
step 'done'
say "exporter writes to: $raw_url"
say "lake:               $lake_url"
say "for example:        npm run -s audit-lake -- status --lake $lake_url --raw $raw_url"
