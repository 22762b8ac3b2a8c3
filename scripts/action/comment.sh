#!/usr/bin/env bash
# One comment on the pull request, written anew in place at each run. A refusal is a warning, and the verdict stands.
#
# Takes COMMENT (a file), COMMENT_KEY, COMMENT_AUTHOR, TOKEN, and the runner's GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH;
# gives the output `comment-url`. The token goes to curl by a pipe: it is in no argument, no file and no log.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

give_up() {
  annotate warning "no comment on the pull request: $1; the verdict stands"
  exit 0
}

case "${GITHUB_EVENT_NAME:-}" in
  pull_request | pull_request_target) ;;
  *) echo "No comment: the event is ${GITHUB_EVENT_NAME:-unknown}, not a pull request." && exit 0 ;;
esac
command -v curl >/dev/null || give_up "the runner has no curl"
number=$(jq -r '.pull_request.number // ""' "$GITHUB_EVENT_PATH")
[[ "$number" =~ ^[0-9]{1,12}$ ]] || give_up "the event names no pull request"
[[ "$COMMENT_KEY" =~ ^[A-Za-z0-9-]{1,64}$ ]] || give_up "comment-key may hold letters, digits and dashes, at most 64"
[[ "$GITHUB_REPOSITORY" =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] || give_up "GITHUB_REPOSITORY is no owner/name"
[[ "$TOKEN" =~ ^[A-Za-z0-9_.-]+$ ]] || give_up "there is no token, or it holds a character that no token has"

folder=$(mktemp -d "$RUNNER_TEMP/flipgate-comment.XXXXXX")
trap 'rm -rf "$folder"' EXIT
answer="$folder/answer.json"

# request METHOD URL [BODY-FILE]: the answer's status; its body is in $answer. 000 where no answer came.
request() {
  local more=()
  # A comment that is sent again could be there twice, so only what can be repeated is.
  if [ "$1" != POST ]; then more=(--retry 2 --retry-delay 1); fi
  if [ $# -gt 2 ]; then more+=(--header "Content-Type: application/json" --data-binary "@$3"); fi
  : >"$answer"
  printf 'header = "Authorization: Bearer %s"\n' "$TOKEN" |
    curl --config - --silent --request "$1" --output "$answer" --write-out '%{http_code}' --max-time 30 \
      --header "Accept: application/vnd.github+json" --header "X-GitHub-Api-Version: 2022-11-28" --user-agent flipgate-action \
      "${more[@]}" "$2" || true
}
refused() {
  local said
  said=$(jq -r '.message // "" | tostring | .[0:200]' "$answer" 2>/dev/null || true)
  give_up "$1 was answered with HTTP $2${said:+ ($said)}; the job needs the permission pull-requests: write, which a fork's token does not have"
}

marker="<!-- flipgate:$COMMENT_KEY -->"
comments="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$number/comments"

# Only a comment of our own author counts: anyone can write the marker into theirs.
existing=""
for page in $(seq 1 50); do
  status=$(request GET "$comments?per_page=100&page=$page")
  [ "$status" = 200 ] || refused "reading the comments" "$status"
  existing=$(jq -r --arg marker "$marker" --arg author "$COMMENT_AUTHOR" \
    'map(select((.body // "" | startswith($marker)) and .user.login == $author)) | (first // {}).id // "" | tostring' "$answer")
  if [ -n "$existing" ] || [ "$(jq length "$answer")" -lt 100 ]; then break; fi
done

# A comment holds 65,536 characters. The program keeps its own below that; what is longer is cut with a word about it.
run="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
jq -Rs --arg marker "$marker" --arg run "$run" \
  '{body: ($marker + "\n" + (if length > 65400 then .[0:65000] + "\n\n…\n\nThis is cut; the whole summary: " + $run else . end))}' \
  "$COMMENT" >"$folder/body.json"

if [ -n "$existing" ]; then
  [[ "$existing" =~ ^[0-9]{1,20}$ ]] || give_up "the API names a comment without a number"
  status=$(request PATCH "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments/$existing" "$folder/body.json")
  [ "$status" = 200 ] || refused "updating the comment" "$status"
else
  status=$(request POST "$comments" "$folder/body.json")
  [ "$status" = 201 ] || refused "writing the comment" "$status"
fi
output comment-url "$(jq -r '.html_url // "" | tostring | select(test("^https?://[^\\s]+$"))' "$answer")"
