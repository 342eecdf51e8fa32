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
somebodys_file() { # HOME: prints one file that is neither Podman's own (its volumes count apart) nor a cache, when there is any
  find "$1" -mindepth 1 \( -path "$1/.cache" -o -path "$1/.local/share/containers" \) -prune -o ! -type d -print -quit
}

# Starting what must prove healthy. Podman says so to the manager and ends; when it has ended before the manager looks whose word that was, the
# word is lost (sd_notify(3)), and a start that went well times out. Both scripts define `progress_of UID UNIT TEXT`.
control() { # UID VERB UNIT...: waits until the units are ready (healthy, where there is a health check); of several, ask which are active
  manager=$1 verb=$2 asked=$(date +%s) lost=''; shift 2
  [ $# -gt 0 ] || return 0
  as_member "$manager" systemctl --user reset-failed "$@" >/dev/null 2>&1
  as_member "$manager" systemctl --user "$verb" "$@" >/dev/null 2>&1 && return 0
  for unit; do
    word_lost "$manager" "$unit" "$asked" || continue
    lost="$lost $unit"; progress_of "$manager" "$unit" "it was healthy, but systemd did not get to know: a second try"
  done
  # shellcheck disable=SC2086 # unit names have no blanks
  [ -n "$lost" ] && as_member "$manager" systemctl --user start $lost >/dev/null 2>&1
}
word_lost() { # UID UNIT SINCE
  journalctl -q -o cat --since "@$3" "_UID=$1" "USER_UNIT=$2" + "_UID=$1" "PODMAN_NAME=${2%.service}" PODMAN_HEALTH_STATUS=healthy 2>/dev/null |
    awk '/^Stopping / { healthy = 0 } /health_status=healthy/ { healthy = 1 } /start operation timed out/ { late = 1 } END { exit !(healthy && late) }'
}
