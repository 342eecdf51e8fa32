#!/bin/busybox sh
# PostgreSQL with its data in a volume. An empty volume is initialised with the password from POSTGRES_PASSWORD_FILE.
# Runs as any user but root, on a read-only root file system, without capabilities; needs /tmp to be writable.
set -eu
volume=/var/lib/postgresql/data
data=$volume/17
password=${POSTGRES_PASSWORD_FILE:-/run/secrets/POSTGRES_PASSWORD}
if [ ! -d "$data" ]; then
  if [ ! -s "$password" ]; then
    echo "postgres: $volume is empty and there is no password in $password" >&2
    exit 1
  fi
  # Made beside its place and renamed when complete: an initialisation that was cut off half way is started again.
  /bin/busybox rm -rf "$data.new"
  initdb --pgdata="$data.new" --username=postgres --pwfile="$password" --auth-local=trust --auth-host=scram-sha-256 \
    --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-instructions
  echo 'host all all all scram-sha-256' >> "$data.new/pg_hba.conf"
  /bin/busybox sync
  /bin/busybox mv "$data.new" "$data"
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp -c jit=off \
  -c shared_buffers="${POSTGRES_SHARED_BUFFERS:-32MB}" -c max_connections=40
