#!/bin/busybox sh
# PHP on the command line under the name that official images give it.
exec php8.4 "$@"
