#!/bin/busybox sh
# What the start of the official MariaDB image does, as far as service templates rely on it: an empty volume is initialised by a server
# that nobody reaches over the network, with the database, the user and the passwords from the environment or from files that it names.
# Runs as any user but root, on a read-only root file system, without capabilities; needs /tmp and /run/mysqld to be writable.
set -eu
datadir=/var/lib/mysql
socket=/run/mysqld/mysqld.sock
# Scripts of MariaDB's own look for the usual small programs.
/bin/busybox mkdir -p /tmp/bin
/bin/busybox --install -s /tmp/bin
PATH=$PATH:/tmp/bin

fail() {
  echo "mariadb: $1" >&2
  exit 1
}

# Prints the value of variable $1, or of the file that $1_FILE names.
setting() {
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  # shellcheck disable=SC2154
  [ -z "$value" ] || [ -z "$file" ] || fail "both $1 and $1_FILE are set"
  [ -z "$file" ] || value=$(cat "$file")
  printf %s "$value"
}

# As text of SQL.
quoted() {
  printf "'%s'" "$(printf %s "$1" | sed "s/[\\\\']/\\\\&/g")"
}

client() {
  mariadb --no-defaults --protocol=socket --socket="$socket" --user=root --batch "$@"
}

initialise() {
  root=$(setting MARIADB_ROOT_PASSWORD)
  if [ -z "$root" ]; then
    [ -n "${MARIADB_RANDOM_ROOT_PASSWORD:-}" ] || fail "neither MARIADB_ROOT_PASSWORD nor MARIADB_RANDOM_ROOT_PASSWORD is set"
    root=$(head -c 24 /dev/urandom | base64)
    echo "GENERATED ROOT PASSWORD: $root"
  fi
  user=${MARIADB_USER:-}
  password=$(setting MARIADB_PASSWORD)
  health=$(head -c 24 /dev/urandom | base64)
  mariadb-install-db --datadir="$datadir" --basedir=/usr --auth-root-authentication-method=normal --skip-test-db --force > /dev/null
  mariadbd --no-defaults --datadir="$datadir" --socket="$socket" --skip-networking &
  server=$!
  until client --execute='select 1' > /dev/null 2>&1; do
    kill -0 "$server" || fail "the server for the initialisation ended"
    sleep 1
  done
  {
    [ -z "${MARIADB_DATABASE:-}" ] || echo "create database if not exists \`$MARIADB_DATABASE\`;"
    if [ -n "$user" ] && [ -n "$password" ]; then
      echo "create user $(quoted "$user")@'%' identified by $(quoted "$password");"
      [ -z "${MARIADB_DATABASE:-}" ] || echo "grant all on \`$MARIADB_DATABASE\`.* to $(quoted "$user")@'%';"
    fi
    [ "${MARIADB_ROOT_HOST:-%}" = localhost ] || {
      echo "create user root@$(quoted "${MARIADB_ROOT_HOST:-%}") identified by $(quoted "$root");"
      echo "grant all on *.* to root@$(quoted "${MARIADB_ROOT_HOST:-%}") with grant option;"
    }
    for host in localhost 127.0.0.1 ::1; do
      echo "create user healthcheck@'$host' identified by $(quoted "$health");"
    done
    echo "alter user root@localhost identified by $(quoted "$root");"
  } | client
  (umask 077 && printf '[mariadb-client]\nport=3306\nsocket=%s\nuser=healthcheck\npassword=%s\n' "$socket" "$health" > "$datadir/.my-healthcheck.cnf")
  kill "$server"
  wait "$server"
}

# The folder of the system's tables comes with the first step of the initialisation, as in the official image.
[ -d "$datadir/mysql" ] || initialise
exec mariadbd --no-defaults --datadir="$datadir" --socket="$socket"
