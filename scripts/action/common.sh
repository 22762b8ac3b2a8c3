# What the steps of action.yml share: the runner's file protocol, annotations, and how a step gives up.
# shellcheck shell=bash

# A random word that no text can know in advance.
random_word() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# output NAME VALUE: an output of this step. The delimiter is random, so that no value can end it and begin another output.
output() {
  local delimiter
  delimiter="flipgate-$(random_word)"
  printf '%s<<%s\n%s\n%s\n' "$1" "$delimiter" "$2" "$delimiter" >>"$GITHUB_OUTPUT"
}

# annotate LEVEL MESSAGE: one annotation; whatever the message holds, it stays a message.
annotate() {
  local message=${2:0:4000}
  message=${message//'%'/%25}
  message=${message//$'\r'/%0D}
  message=${message//$'\n'/%0A}
  printf '::%s title=Flipgate::%s\n' "$1" "$message"
}

# refuse MESSAGE: the step can't be done as asked.
refuse() {
  annotate error "$1"
  exit 2
}
