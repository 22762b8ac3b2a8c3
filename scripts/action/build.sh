#!/usr/bin/env bash
# The program: the one that is given, the one from the workflow's cache, or one built from the sources beside this file.
#
# Takes BINARY (a path or nothing) and BUILD_DIR; gives the output `binary`.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

root=$(realpath -- "$(dirname "${BASH_SOURCE[0]}")/../..")
if [ -n "$BINARY" ]; then
  program=$(realpath -m -- "$BINARY")
  [ -x "$program" ] || refuse "the input binary names $BINARY, which is no program that can be run"
else
  bash "$root/scripts/install-dependencies.sh"
  program="$BUILD_DIR/flipgate"
  if [ ! -x "$program" ]; then
    command -v swift >/dev/null ||
      refuse "there is no Swift toolchain to build flipgate with; install Swift 6.3 in a step before this one, or give a built program as binary"
    scratch="$RUNNER_TEMP/flipgate/build"
    swift build --package-path "$root" --scratch-path "$scratch" --configuration release --product flipgate --static-swift-stdlib
    mkdir -p "$BUILD_DIR"
    cp "$(swift build --package-path "$root" --scratch-path "$scratch" --configuration release --static-swift-stdlib --show-bin-path)/flipgate" \
      "$program.new"
    mv "$program.new" "$program"
  fi
fi
"$program" --version
output binary "$program"
