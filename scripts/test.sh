#!/usr/bin/env bash
# Installs what is missing, builds everything in release mode with testing enabled, and runs all tests.
# Further arguments go to `swift test`, such as `--filter Tokenization`.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/install-dependencies.sh --tests
echo "Checking the format of the sources"
swift format lint --strict --recursive --parallel Package.swift Sources Tests
echo "Building and testing (the first time takes some minutes)"
swift test -c release -Xswiftc -enable-testing --explicit-target-dependency-import-check error "$@"
