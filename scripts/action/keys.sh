#!/usr/bin/env bash
# Keys of the workflow's cache, by digests: of the sources for the build, of what the baseline is asked for the outcomes.
#
# A key needs only be good, not perfect: outcomes are found in their folder by content, so one that fits no more is computed again.
# Takes BINARY, and where there is a gate to run POLICY, BASELINE, BASELINE_ADAPTER, TASKS, DATA, SETTINGS and CACHE_DIR.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

root=$(realpath -- "$(dirname "${BASH_SOURCE[0]}")/../..")
digest() { sha256sum | cut -d ' ' -f 1; }

# describe PATH: names and sizes of its files, and what the small ones hold; weights are known by name and size, which is quick.
describe() {
  [ -e "$1" ] || return 0
  local path
  (cd -- "$(dirname -- "$1")" && find "./$(basename -- "$1")" -follow -type f -print0 | LC_ALL=C sort -z |
    while IFS= read -r -d '' path; do
      stat -L --printf '%n %s\n' -- "$path"
      if [ "$(stat -L -c %s -- "$path")" -le 1048576 ]; then sha256sum <"$path"; fi
    done)
}

platform="$(uname -s)-$(uname -m)"
if [ -n "$BINARY" ]; then
  build=$({ if [ -f "$BINARY" ]; then cat -- "$BINARY"; fi; } | digest)
else
  build=$({
    swift --version 2>&1 || true
    describe "$root/Package.swift"
    describe "$root/Sources"
    describe "$root/scripts"
  } | digest)
fi

output build-dir "$RUNNER_TEMP/flipgate/bin"
output build-key "flipgate-build-$platform-$build"
if [ -z "${POLICY:-}" ]; then exit 0; fi

outcomes=$({
  printf '%s\0' "$build" "$BASELINE" "$BASELINE_ADAPTER" "$TASKS" "$DATA" "$SETTINGS"
  describe "$POLICY"
  describe "$BASELINE"
  if [ -n "$BASELINE_ADAPTER" ]; then describe "$BASELINE_ADAPTER"; fi
  while IFS= read -r line; do if [ -n "$line" ]; then describe "$line"; fi; done <<<"$TASKS"
  while IFS= read -r line; do if [ -n "$line" ]; then describe "${line#*=}"; fi; done <<<"$DATA"
} | digest)

output cache-dir "${CACHE_DIR:-$RUNNER_TEMP/flipgate/outcomes}"
output outcomes-key "flipgate-outcomes-$platform-$outcomes"
output outcomes-prefix "flipgate-outcomes-$platform-"
