#!/bin/busybox sh
echo "broken: this image always fails" >&2
exit 3
