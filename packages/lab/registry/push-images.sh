#!/bin/sh
# Fills a registry's storage with the images of an OCI layout, by a registry that listens in a network namespace of its own.
# Usage: unshare --net push-images.sh STORAGE LAYOUT REFERENCE...   (REFERENCE: name:tag; its name in the layout has - for :)
set -eu
storage=$1
layout=$2
shift 2
ip link set lo up
cat > "$storage.yml" << YAML
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $storage}}
http: {addr: 127.0.0.1:5000}
YAML
OTEL_TRACES_EXPORTER=none docker-registry serve "$storage.yml" &
registry=$!
trap 'kill "$registry"; rm -f "$storage.yml"' EXIT
push() {
  skopeo --insecure-policy copy --quiet --dest-tls-verify=false \
    "oci:$layout:$(printf %s "$1" | tr : -)" "docker://127.0.0.1:5000/$1"
}
for reference in "$@"; do
  # The registry needs a moment to listen: what fails four times in two seconds fails for another reason.
  push "$reference" 2> /dev/null || { sleep 0.2; push "$reference" 2> /dev/null; } || { sleep 1; push "$reference" 2> /dev/null; } ||
    { sleep 1; push "$reference"; }
done
