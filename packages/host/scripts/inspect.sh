#!/bin/sh
# Allmende: what is really on this host. Reads, never writes. Always this same text; prints sections `== NAME`.
# Forks are what costs time: one cat, one sha256sum, one stat, one grep over the cgroups, for all resources together.
# Argument: `inspect`, or `status` which also asks each member's manager (one call per member).
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
mode=${1-inspect}
newline='
'
set -- /var/lib/allmende/manifests/*
[ -e "$1" ] || set --

echo '== facts'
grep -HE -m 1 '^(MemTotal|[0-9a-zA-Z])' /proc/sys/kernel/random/boot_id /proc/sys/kernel/osrelease /proc/sys/kernel/hostname \
  /etc/debian_version /proc/meminfo 2>/dev/null
grep -A 12 -x -m 1 'Package: podman' /var/lib/dpkg/status

if [ $# -gt 0 ]; then
  echo '== manifests'
  cat "$@"

  # `paths`: all of the manifests, and the members' slices. `made`: what systemd made of each service, the generated unit (older
  # than its Quadlet: not what is loaded) and the mark of the unit's start; their content says nothing. And `members`, `units`.
  lists=$(awk -F'\t' '
    ($1 == "file" || $1 == "dir") && !seen[$NF]++ { paths = paths $NF "\n" }
    $1 != "resource" || $2 == "host" { next }
    $2 ~ /^member/ { paths = paths "/etc/systemd/system/user-" $5 ".slice.d/50-allmende.conf\n"; members = members $4 " " $5 "\n" }
    $2 ~ /^service/ {
      split($2, part, ".")
      made = made "/run/user/" $5 "/systemd/generator/" part[3] ".service\n/run/user/" $5 "/systemd/units/invocation:" part[3] ".service\n"
      units[$5] = units[$5] " " part[3] ".service"
    }
    END { printf "%s|", members; for (uid in units) print uid units[uid]; printf "|%s|%s", made, paths }' "$@")
  members=${lists%%|*} lists=${lists#*|}
  units=${lists%%|*} lists=${lists#*|}
  made=${lists%%|*} paths=${lists#*|}

  # Into a variable first: sha256sum writes each line by itself, and each would travel by itself.
  IFS=$newline
  set -f
  # shellcheck disable=SC2086 # one path per line
  digests=$(sha256sum "$@" $paths 2>/dev/null)
  printf '== digests\n%s\n== access\n' "$digests"
  # shellcheck disable=SC2086
  stat --printf '%n\t%a\t%u\t%g\t%.9Y\n' "$@" $paths $made 2>/dev/null
  set +f
  unset IFS
  echo '== subordinate'
  grep -H '' /etc/subuid /etc/subgid

  # What is used changes all the time, and costs as much again to read: `status` only.
  echo '== cgroups'
  [ "$mode" = status ] && used='user-[2-6]????.slice/user@*.service/app.slice/*.service/memory.events
    user-[2-6]????.slice/user@*.service/app.slice/*.service/libpod-payload-*/memory.current' || used=
  # shellcheck disable=SC2086 # patterns
  cd /sys/fs/cgroup/user.slice 2>/dev/null && grep -HE '^(max|[0-9]+|oom_kill [0-9]+)$' user-[2-6]????.slice/memory.max \
    user-[2-6]????.slice/user@*.service/app.slice/*.service/memory.max \
    user-[2-6]????.slice/user@*.service/app.slice/*.service/libpod-payload-*/memory.max $used 2>/dev/null

  # Units and drop-ins that shadow ours, and whatever else lies where a member's manager looks. Shell patterns: no program.
  echo '== overrides'
  while read -r name uid; do
    [ -n "$name" ] || continue
    for override in "/home/$name/.config/systemd/user/"*.service* "/home/$name/.config/systemd/user.control/"*.service* \
      "/run/user/$uid/systemd/user/"*.service* "/run/user/$uid/systemd/user.control/"*.service* /etc/systemd/user/*.service* \
      /run/systemd/user/*.service* "/etc/containers/systemd/users/$uid/"* /etc/containers/systemd/users/*.d \
      "/home/$name/.config/containers/systemd/"* "/run/user/$uid/containers/systemd/"*; do
      [ ! -e "$override" ] || printf '%s\t%s\n' "$uid" "$override"
    done
  done <<END
$members
END

  if [ "$mode" = status ]; then
    echo '== units'
    while read -r uid units; do
      [ -d "/sys/fs/cgroup/user.slice/user-$uid.slice/user@$uid.service" ] || continue
      echo "uid=$uid"
      # shellcheck disable=SC2086 # unit names have no blanks
      setpriv --reuid="$uid" --regid="$uid" --clear-groups --reset-env env XDG_RUNTIME_DIR="/run/user/$uid" systemctl --user show \
        -p Id -p ActiveState -p SubState -p Result -p NRestarts -p ActiveEnterTimestamp $units </dev/null 2>/dev/null
    done <<END
$units
END
  fi
fi
echo '== end'
