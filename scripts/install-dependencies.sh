#!/usr/bin/env bash
# Installs the C libraries that Flipgate builds on (Debian and Ubuntu), only those that are missing; as root, or with sudo.
# With --tests also what the tests ask: a browser for the HTML report, and the tools of the action's and the webhooks' tests.
set -euo pipefail

packages=(libopenblas-dev libdnnl-dev libxml2-dev libcurl4-openssl-dev)
if [ "${1:-}" = --tests ]; then packages+=(chromium openssl curl jq git); fi
missing=()
for package in "${packages[@]}"; do
  if ! dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
    missing+=("$package")
  fi
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "All packages are installed: ${packages[*]}"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "These packages are missing, and this system has no apt-get to install them: ${missing[*]}" >&2
  exit 2
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "These packages are missing: ${missing[*]}. Run this script as root, or install sudo." >&2
    exit 2
  fi
  as_root=(sudo)
fi
echo "Installing ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
