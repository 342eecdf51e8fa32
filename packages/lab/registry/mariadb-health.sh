#!/bin/busybox sh
# healthcheck.sh of the official MariaDB image, as far as service templates use it: [--connect] [--innodb_initialized]
set -eu
ask() {
  mariadb --defaults-file=/var/lib/mysql/.my-healthcheck.cnf "$@" --batch --skip-column-names
}
for check in "$@"; do
  case $check in
    # The server that initialises the volume does not listen on the network: only the one after it passes.
    --connect) [ "$(ask --protocol=tcp --host=localhost --execute='select @@skip_networking')" = 0 ] ;;
    --innodb_initialized)
      [ "$(ask --execute="select 1 from information_schema.engines where engine = 'innodb' and support in ('YES', 'DEFAULT', 'ENABLED')")" = 1 ]
      ;;
    *)
      echo "healthcheck.sh: does not know $check" >&2
      exit 1
      ;;
  esac
done
