#!/bin/sh
# Allmende: how root reaches a member's manager, containers and limits. Only functions; read by apply.sh, and before patch.sh.
# A member's manager is the systemd of their own that runs their services, `user@UID.service`.

# Run as the member without a PAM session. Descriptors 8 and 9 hold the caller's locks: what
# the member starts must not keep them.
as_member() { # UID COMMAND...
  as=$1; shift
  setpriv --reuid="$as" --regid="$as" --clear-groups --reset-env env XDG_RUNTIME_DIR="/run/user/$as" \
    DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$as/bus" "$@" </dev/null 8>&- 9>&-
}
manager_runs() { [ -S "/run/user/$1/systemd/private" ] && [ -d "/sys/fs/cgroup/user.slice/user-$1.slice/user@$1.service" ]; } # UID
unit_cgroup() { printf %s "/sys/fs/cgroup/user.slice/user-$1.slice/user@$1.service/app.slice/$2.service"; } # UID NAME
uid_in() { awk -F'\t' '$1 == "resource" { print $5; exit }' "$1" 2>/dev/null; } # MANIFEST
end_pause() { { pid=; read -r pid <"/run/user/$1/libpod/tmp/pause.pid"; [ -z "$pid" ] || kill "$pid"; } 2>/dev/null; } # UID: Podman's process that holds their namespaces
