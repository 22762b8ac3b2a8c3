#!/usr/bin/env bash
# Draws the pictures of the HTML report that the README shows, from the quick start's result: docs/images/report-light.png and report-dark.png.
# Needs a built flipgate (its path as the first argument, else the release build's) and Debian's packages chromium and fonts-inter.
set -euo pipefail
cd "$(dirname "$0")/.."
binary="${1:-.build/release/flipgate}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
status=0
"$binary" run --policy fixtures/quickstart.yaml --baseline fixtures/models/baseline --candidate fixtures/models/candidate \
  --report-dir "$folder/report" --no-cache --quiet >/dev/null || status=$?
[ "$status" -le 1 ]
"$binary" report "$folder/report/result.json" --format html --output "$folder/light.html"
sed 's/<html lang="en">/<html lang="en" data-theme="dark">/' "$folder/light.html" >"$folder/dark.html"
mkdir -p docs/images
for theme in light dark; do
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$folder/profile-$theme" --window-size=1280,1290 \
    --screenshot="docs/images/report-$theme.png" "file://$folder/$theme.html" 2>/dev/null
done
ls -l docs/images/report-light.png docs/images/report-dark.png
