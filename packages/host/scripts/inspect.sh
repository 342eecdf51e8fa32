#!/bin/sh
# Allmende: what is really on this host. Reads, never writes. Always this same text; prints sections `== NAME`.
# Forks are what costs time: one cat, one sha256sum, one stat, one grep over the cgroups, for all resources together.
# Argument: `inspect`, or `status` which also asks each member's manager (one call per member).
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
cgroups=/sys/fs/cgroup/user.slice

echo '== facts'
grep -H '' /proc/sys/kernel/random/boot_id /proc/sys/kernel/osrelease /proc/sys/kernel/hostname /etc/debian_version 2>/dev/null
grep -H '^MemTotal' /proc/meminfo
grep -A 12 -x 'Package: podman' /var/lib/dpkg/status

set -- "${1-inspect}" /var/lib/allmende/manifests/*
mode=$1; shift
if [ -e "$1" ]; then
  echo '== manifests'
  cat "$@"

  # Every path of a manifest, and per member and service what systemd made of it: the slice's limits, the generated
  # unit (older than its Quadlet: not what is loaded) and the mark of the unit's start.
  paths=$(awk -F'\t' '
    ($1 == "file" || $1 == "dir") && !seen[$NF]++ { print $NF }
    $1 == "resource" && $2 ~ /^member/ { print "/etc/systemd/system/user-" $5 ".slice.d/50-allmende.conf" }
    $1 == "resource" && $2 ~ /^service/ {
      split($2, part, ".")
      print "/run/user/" $5 "/systemd/generator/" part[3] ".service"
      print "/run/user/" $5 "/systemd/units/invocation:" part[3] ".service"
    }' "$@")
  echo '== digests'
  printf '%s\n' "$@" "$paths" | xargs -d '\n' sha256sum 2>/dev/null
  echo '== access'
  printf '%s\n' "$@" "$paths" | xargs -d '\n' stat --printf '%n\t%a\t%u\t%g\t%.9Y\n' 2>/dev/null
  echo '== subordinate'
  grep -H '' /etc/subuid /etc/subgid

  echo '== cgroups'
  cd "$cgroups" 2>/dev/null && grep -HE '^(max|[0-9]+|oom_kill [0-9]+)$' user-[2-6]????.slice/memory.max \
    user-[2-6]????.slice/user@*.service/app.slice/*.service/memory.max \
    user-[2-6]????.slice/user@*.service/app.slice/*.service/memory.current \
    user-[2-6]????.slice/user@*.service/app.slice/*.service/memory.events \
    user-[2-6]????.slice/user@*.service/app.slice/*.service/libpod-payload-*/memory.max \
    user-[2-6]????.slice/user@*.service/app.slice/*.service/libpod-payload-*/memory.current 2>/dev/null

  # Units and drop-ins that shadow ours. Shell patterns: no fork.
  echo '== overrides'
  members=$(awk -F'\t' '$1 == "resource" && $2 ~ /^member/ { print $4 "\t" $5 }' "$@")
  printf '%s\n' "$members" | while IFS='	' read -r name uid; do
    for override in "/home/$name/.config/systemd/user/"*.service* "/home/$name/.config/systemd/user.control/"*.service* \
      "/run/user/$uid/systemd/user/"*.service* "/run/user/$uid/systemd/user.control/"*.service* /etc/systemd/user/*.service.d; do
      [ ! -e "$override" ] || printf '%s\t%s\n' "$uid" "$override"
    done
  done

  if [ "$mode" = status ]; then
    echo '== units'
    awk -F'\t' '$1 == "resource" && $2 ~ /^service/ { split($2, part, "."); units[$5] = units[$5] " " part[3] ".service" }
      END { for (uid in units) print uid units[uid] }' "$@" | while read -r uid units; do
      [ -d "$cgroups/user-$uid.slice/user@$uid.service" ] || continue
      echo "uid=$uid"
      # shellcheck disable=SC2086 # unit names have no blanks
      setpriv --reuid="$uid" --regid="$uid" --clear-groups --reset-env env XDG_RUNTIME_DIR="/run/user/$uid" systemctl --user show \
        -p Id -p ActiveState -p SubState -p Result -p NRestarts -p ActiveEnterTimestamp $units </dev/null 2>/dev/null
    done
  fi
fi
echo '== end'
