#!/usr/bin/env bash
# `flipgate run` with the inputs as its flags. The step itself does not fail: what follows reports, and verdict.sh ends with the status.
#
# Takes FLIPGATE and an INPUT_NAME for each --name; gives outputs of numbers, paths and words that are known, never of model text.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

values=(policy baseline candidate baseline-adapter candidate-adapter format limit truncation chat-template-name system-instruction seed
  precision threads matrix-library report-dir junit-dialect report-url cache-dir log-level)
lists=(tasks data train sweep report) # one entry a line
flags=(apply-chat-template fewshot-as-multiturn download remediate resume no-notify dry-run-notify no-cache)

input() {
  local variable=${1//-/_}
  variable="INPUT_${variable^^}"
  printf '%s' "${!variable:-}"
}

# Always --name=value: a value that begins with a dash is still a value.
arguments=(run --no-progress)
for name in "${values[@]}"; do
  value=$(input "$name")
  if [ -n "$value" ]; then arguments+=("--$name=$value"); fi
done
for name in "${lists[@]}"; do
  while IFS= read -r line; do
    line=${line%$'\r'}
    if [ -n "${line//[[:space:]]/}" ]; then arguments+=("--$name=$line"); fi
  done <<<"$(input "$name")"
done
for name in "${flags[@]}"; do
  case "$(input "$name")" in
    true) arguments+=("--$name") ;;
    false | "") ;;
    *) refuse "the input $name is '$(input "$name")'; it must be true or false" ;;
  esac
done

reports=$(realpath -m -- "$(input report-dir)")
result="$reports/result.json"
mkdir -p "$RUNNER_TEMP/flipgate"
errors="$RUNNER_TEMP/flipgate/errors.txt"
rm -f "$result"

# The runner obeys what looks like a command on either stream. Until the random word comes again, it obeys nothing.
word=$(random_word)
echo "::stop-commands::$word"
set +e
{
  "$FLIPGATE" "${arguments[@]}" 2>&1 >&3 3>&- | tee "$errors" >&2
  status=${PIPESTATUS[0]}
} 3>&1
set -e
printf '\n::%s::\n' "$word"

# A program that was killed or could not be started has no verdict.
if [ "$status" -gt 4 ]; then status=4; fi
output exit-status "$status"
output report-dir "$reports"
if [ -f "$reports/junit.xml" ]; then output junit "$reports/junit.xml"; fi

# What people read, for the step's summary and for a comment, which may hold less.
declare -A pages=([markdown]="$RUNNER_TEMP/flipgate/summary.md" [comment]="$RUNNER_TEMP/flipgate/comment.md")
if [ -f "$result" ] && jq -e '.format == "flipgate.result"' "$result" >/dev/null; then
  output result "$result"
  output verdict "$(jq -r '.verdict | if IN("passed", "warned", "failed", "undecided") then . else "error" end' "$result")"
  output items "$(jq '[.tasks[].items.paired | numbers] | add // 0' "$result")"
  output negative-flips "$(jq '[.tasks[].flips.negative | numbers] | add // 0' "$result")"
  output positive-flips "$(jq '[.tasks[].flips.positive | numbers] | add // 0' "$result")"
  output budgets "$(jq '.budgets | length' "$result")"
  output budgets-broken "$(jq '[.budgets[] | select(.status == "failed")] | length' "$result")"
  output budgets-undecided "$(jq '[.budgets[] | select(.status == "undecided")] | length' "$result")"
  for format in "${!pages[@]}"; do
    if ! "$FLIPGATE" report "$result" --format "$format" --output "${pages[$format]}"; then
      printf '### Flipgate: exit status %s\n\nThe summary could not be written; the log has it.\n' "$status" >"${pages[$format]}"
      annotate warning "the summary could not be written; the verdict stands"
    fi
  done
else
  # No result: what the program said last, as text that stays text.
  output verdict error
  said=$(tail -c 8000 "$errors" | iconv -c -f UTF-8 -t UTF-8)
  for format in "${!pages[@]}"; do
    {
      printf '### Flipgate came to no result (exit status %s)\n\n<pre>\n' "$status"
      sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' -e 's/@/\&#64;/g' <<<"$said"
      printf '</pre>\n'
    } >"${pages[$format]}"
  done
  annotate error "Flipgate came to no result (exit status $status): ${said:0:2000}"
fi
output summary "${pages[markdown]}"
output comment "${pages[comment]}"
