#!/usr/bin/env bash
# Ends the job's step with the gate's status, after everything is reported.
#
# Takes STATUS and VERDICT.
set -euo pipefail
echo "verdict: ${VERDICT:-none}, exit status: $STATUS"
exit "$STATUS"
