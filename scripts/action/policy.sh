#!/usr/bin/env bash
# Which policy judges: on a pull request the one of the base branch, so that a change can't loosen the rule it is judged by.
#
# The whole base is checked out beside the workspace, for a policy names others (`extends`, `tasks`) relative to itself.
# Takes POLICY, POLICY_FROM (base or head), TOKEN (to fetch from a private repository); gives the output `policy`, a path.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

command -v jq >/dev/null || refuse "the runner has no jq, which the action reads JSON with; install it in a step before this one"
workspace=$(realpath -- "${GITHUB_WORKSPACE:-.}")
cd "$workspace"
case "$POLICY_FROM" in
  base | head) ;;
  *) refuse "policy-from is '$POLICY_FROM'; it must be base or head" ;;
esac

base=""
case "${GITHUB_EVENT_NAME:-}" in
  pull_request | pull_request_target) base=$(jq -r '.pull_request.base.sha // ""' "$GITHUB_EVENT_PATH") ;;
  merge_group) base=$(jq -r '.merge_group.base_sha // ""' "$GITHUB_EVENT_PATH") ;;
esac
# shellcheck disable=SC2153 # POLICY is given, `policy` is what becomes of it.
if [ "$POLICY_FROM" = head ] || [ -z "$base" ]; then
  output policy "$(realpath -m -- "$POLICY")"
  exit 0
fi

[[ "$base" =~ ^[0-9a-f]{40,64}$ ]] || refuse "the event names no commit as the base branch's; set policy-from: head to judge by the checkout's policy"
wanted=$(realpath -m -s -- "$POLICY")
[[ "$wanted" == "$workspace"/* ]] ||
  refuse "the policy $POLICY is outside of the checkout, so the base branch can't have it; set policy-from: head"

command -v git >/dev/null || refuse "the runner has no git, which the base branch's policy is fetched with; install it in a step before this one"
if ! git cat-file -e "$base^{commit}" 2>/dev/null; then
  # The token goes to git by its environment, never by an argument, and only to the server of this job.
  if [ -n "${TOKEN:-}" ] && [[ "$(git remote get-url origin)" == "${GITHUB_SERVER_URL:-https://github.com}"/* ]]; then
    export GIT_CONFIG_COUNT=1
    export GIT_CONFIG_KEY_0="http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader"
    GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$TOKEN" | base64 -w 0)"
    export GIT_CONFIG_VALUE_0
  fi
  git fetch --quiet --no-tags --depth=1 origin "$base" ||
    refuse "the base branch's commit $base can't be fetched; check out with fetch-depth: 0, or set policy-from: head"
  unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0
fi
tree="$RUNNER_TEMP/flipgate/base"
rm -rf "$tree"
mkdir -p "$(dirname "$tree")"
git worktree prune
git -c core.hooksPath=/dev/null worktree add --quiet --detach "$tree" "$base" ||
  refuse "the base branch's commit $base can't be checked out beside the workspace; set policy-from: head to judge by the checkout's policy"

policy="$tree/${wanted#"$workspace"/}"
[ -f "$policy" ] ||
  refuse "the base branch has no policy $POLICY; merge the policy first, or set policy-from: head in a workflow that reviewers own"
echo "The policy is the base branch's, of commit $base."
output policy "$policy"
