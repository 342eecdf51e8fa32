#!/bin/busybox sh
# Serves /www with busybox until it is told to stop: httpd as process 1 would ignore SIGTERM.
/bin/busybox httpd -f -p 8080 -h /www &
server=$!
trap '/bin/busybox kill "$server"; exit 0' TERM INT
wait "$server"
