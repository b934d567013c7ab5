# shellcheck shell=bash disable=SC2154 # group is set by the script that sources this
# What passes by itself, and what az reports as a failure that is none. To be sourced, after deployment.sh.

# Shows what is read on stderr as well.
shown() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do
    printf '%s\n' "$line" >&2
    printf '%s\n' "$line"
  done
}

# Runs a command, shows what it says, and keeps in `said` what of it went to stderr. Ends as the command does.
attempt() {
  local code=0
  exec 5>&1
  said="$("$@" 2>&1 >&5 5>&- | shown)" || code=$?
  exec 5>&-
  return "$code"
}

# Whether az said something like $1, an extended regular expression, when it failed.
was_said() { grep -qiE "$1" <<< "$said"; }

# Waits until deployment $1 has ended, an hour at most: one that was interrupted goes on in Azure, and none of its name can be begun.
await_deployment() {
  local name="$1" waited=0 state
  while true; do
    state="$(az deployment group show --resource-group "$group" --name "$name" --query properties.provisioningState --output tsv 2> /dev/null)" || return 0
    [[ $state =~ ^(Accepted|Running|Creating|Updating|Deleting)$ ]] || return 0
    [[ $waited -gt 0 ]] || say "deployment $name of an earlier run is still $state: waiting until it has ended"
    [[ $waited -lt 3600 ]] ||
      fail "deployment $name is still $state after an hour. Look at it in the portal (Deployments of $group), or end it: az deployment group cancel --resource-group $group --name $name. Then run this again"
    sleep 60
    waited=$((waited + 60))
  done
}

# Says which assignment of a role stands in the way: Azure allows one of a principal, a role and a scope, whatever its name.
name_assignment() {
  was_said RoleAssignmentExists || return 0
  local name found=''
  name="$(grep -oiE 'existing role assignment is [0-9a-f-]{32,36}' <<< "$said" | grep -oiE '[0-9a-f-]{32,36}' | head -n 1)" || true
  [[ ! $name =~ ^[0-9a-fA-F]{32}$ ]] || name="${name:0:8}-${name:8:4}-${name:12:4}-${name:16:4}-${name:20}"
  [[ -z $name ]] ||
    found="$(az role assignment list --all --query "[?name=='$name'].id" --output tsv 2> /dev/null)" || found=''
  say 'A role that the template gives is given already, under another name: by hand, or by an earlier version (docs/operate.md, Names of'
  say 'role assignments). Azure allows one alike. Delete it and run this again, which gives it anew:'
  if [[ -n $found ]]; then
    say "  az role assignment delete --ids $found"
  else
    say "  it is ${name:-named above}: find it under Access control (IAM) of the account or container, where the template's have a"
    say '  description and those given by hand mostly have none; or az role assignment list --all'
  fi
}

# Deploys a template under the name $1; what follows are arguments of az. Waits for what passes by itself.
deploy_template() {
  local name="$1" seconds
  shift
  await_deployment "$name"
  for seconds in 30 60 120 240 ''; do
    attempt az deployment group create --resource-group "$group" --name "$name" --no-prompt true --output none "$@" && return
    [[ -n $seconds ]] || return 1
    was_said 'DeploymentActive|SubnetsNotProvisioned|AnotherOperationInProgress|ReferencedResourceNotProvisioned|StorageAccountOperationInProgress|PrincipalNotFound|RetryableError|TooManyRequests' ||
      return 1
    if was_said DeploymentActive; then
      # It may be that of a module, which has a name of its own.
      await_deployment "$(grep -oiE "/deployments/[^'\" ]+" <<< "$said" | sed -E "s|.*/||" | head -n 1)"
    fi
    say "this passes by itself: next try in $seconds s"
    sleep "$seconds"
  done
}

# What became of a package, by what az said when it failed (as of azure-cli 2.91). az asks for the host's status when the package is
# deployed, and is out of patience after half a minute: that failure is none of the deployment.
package_outcome() {
  if was_said 'Deployment was successful|Waiting for sync triggers|fetch host (url|key)|/admin/host/status'; then
    printf deployed
  elif was_said 'Ip Forbidden|blocked your access'; then
    printf closed
  elif was_said 'InaccessibleStorage|BlobUploadFailed|AuthorizationPermissionMismatch|AuthorizationFailure|not authorized to perform|(^|[^0-9])403([^0-9]|$)'; then
    printf spreading
  elif was_said 'Zip deployment failed|Deployment was (cancelled\.|partially)'; then
    printf refused
  elif was_said 'ongoing deployment|still on-going|another deployment is in progress|retrieve deployment status|responded with status code 202'; then
    printf running
  else
    printf refused
  fi
}

closed_to_this_machine() {
  fail "$1 is closed, and this machine does not reach it by its private endpoint. Run this again from one that does: a machine or a self-hosted runner in the network, or one with a VPN into it, for which $1.scm.azurewebsites.net is an address of the network. What is deployed so far stays"
}

# Deploys the package $2 to app $1.
upload_package() {
  local app="$1" spread=0 busy=0 tries=(20 40 80) seconds outcome
  while true; do
    attempt az functionapp deployment source config-zip --resource-group "$group" --name "$app" --src "$2" --build-remote false --timeout 600 --output none && return
    outcome="$(package_outcome)"
    case "$outcome" in
      deployed)
        say "The package is deployed: what failed is az's own look at the host, for which it waits half a minute. Going on"
        return
        ;;
      closed) closed_to_this_machine "$app" ;;
      spreading)
        # The app's identity got its role on the container of packages a moment ago.
        [[ $spread -lt 600 ]] ||
          fail "the package could not be deployed to $app: still refused (403) after ten minutes, which is as long as a new role takes. Does the app's identity have its roles on its host account, and whoever is signed in Contributor on the app? The app's code is what it was before. Run this again"
        seconds=30 spread=$((spread + 30))
        ;;
      running)
        [[ $busy -lt 1800 ]] ||
          fail "a deployment to $app has not ended after half an hour, and whether the app has the new code is not known. Look at Deployment Center of $app, and run this again"
        seconds=60 busy=$((busy + 60))
        ;;
      refused)
        [[ ${#tries[@]} -gt 0 ]] ||
          fail "the package could not be deployed to $app: see above. The app's code is what it was before. Run this again"
        seconds="${tries[0]}" tries=("${tries[@]:1}")
        ;;
    esac
    say "not yet ($outcome): next try in $seconds s"
    sleep "$seconds"
  done
}

# Whether this machine can upload to app $1, which is closed: asked before the package is built, since it takes its time.
reach_closed() {
  local app="$1" scm answer resource
  scm="$(az functionapp show --resource-group "$group" --name "$app" --query "(properties.hostNameSslStates || hostNameSslStates)[?hostType=='Repository'].name | [0]" --output tsv)" ||
    fail "cannot read $app: see above"
  resource="$(az cloud show --query endpoints.activeDirectoryResourceId --output tsv)" || fail 'cannot read the endpoints of this cloud: see above'
  answer="$(az rest --method get --url "https://$scm/api/deployments/latest" --resource "$resource" --output none 2>&1)" && return
  # Where nothing was ever deployed there is no latest.
  grep -qE 'Not Found|404' <<< "$answer" && return
  printf '%s\n' "$answer" >&2
  closed_to_this_machine "$app"
}
