#!/usr/bin/env bash
# Installs what is missing, builds Flipgate, and gates the candidate that the repository carries against its baseline.
# The gate is expected to fail (exit status 1): the candidate breaks a budget on purpose, so that there is something to see.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/install-dependencies.sh
echo "Building flipgate (the first time takes some minutes)"
swift build -c release --product flipgate
binary="$(swift build -c release --show-bin-path)/flipgate"
status=0
"$binary" run --policy fixtures/quickstart.yaml --baseline fixtures/models/baseline --candidate fixtures/models/candidate \
  --report-dir flipgate-report || status=$?
echo
echo "exit status $status; the reports are in flipgate-report/, the program is $binary"
# 0 and 1 are verdicts, and both show that everything works; anything else is a failure.
[ "$status" -le 1 ]
