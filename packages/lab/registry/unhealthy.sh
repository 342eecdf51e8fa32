#!/bin/busybox sh
# Runs for ever and never listens.
echo "unhealthy: running, not listening"
/bin/busybox sleep 2147483647 &
sleeper=$!
trap '/bin/busybox kill "$sleeper"; exit 0' TERM INT
wait "$sleeper"
