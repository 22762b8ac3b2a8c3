#!/usr/bin/env bash
# The step summary and the annotations. The verdict stands, whatever becomes of them.
#
# Takes FLIPGATE, RESULT (a path, or nothing where there is no result) and SUMMARY.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The runner refuses a summary of more than 1 MiB.
if [ "$(stat -c %s -- "$SUMMARY")" -lt 1040000 ]; then
  cat -- "$SUMMARY" >>"$GITHUB_STEP_SUMMARY"
else
  annotate warning "the summary is larger than the 1 MiB that a step may have; it is in the artifact"
fi
if [ -n "$RESULT" ]; then
  "$FLIPGATE" report "$RESULT" --format github || annotate warning "the annotations could not be made; the verdict stands"
fi
