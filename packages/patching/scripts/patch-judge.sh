#!/bin/sh
# Allmende: what became worse during a patch run, and whether it may be the run's doing: only then does the run go back. When it cannot be told,
# it counts. Read before patch.sh, whose functions it uses. WHOSE is `system`, or the UID of a member's manager.
# shellcheck disable=SC2034,SC2154 # not every field of a line is used; run, tab, round come from the others

# --- Which units the packages reach ---
runtime='^(podman|conmon|crun|runc|netavark|aardvark-dns|passt|slirp4netns|catatonit|uidmap|fuse-overlayfs|(golang-github-)?containers-common)(:.*)?$'
below_usr() { sed -E 's,^/(lib|bin|sbin),/usr&,'; }
unit_of() { # cgroups: WHOSE UNIT of each; `init.scope` is the manager itself, `-` twice a login, `?` something that has no unit
  awk -F/ '{ whose = "system"; unit = "?"
    for (i = 2; i <= NF; i++) {
      if ($i ~ /^user@[0-9]+\.service$/) { whose = substr($i, 6, length($i) - 13); continue }
      if ($i ~ /\.service$/) { unit = $i; break }
      if ($i == "init.scope" && (i == 2 || whose != "system")) { unit = $i; break }
      if ($i ~ /^session-.*\.scope$/ || whose != "system" && $i ~ /\.scope$/ && $i !~ /^(libpod|podman)-/) { whose = unit = "-"; break }
      if ($i ~ /\.scope$/) break
    }
    print whose "\t" unit }'
}
mapping_units() { # DIRECTORY with `files`: WHOSE UNIT of what has a process on one of them, or on one that is gone already
  grep -HE ' r-xp .* /' /proc/[0-9]*/maps 2>/dev/null | awk '
    from == "files" { ours[$0] = 1; next }
    { path = $6; sub(/^\/(lib|bin|sbin)/, "/usr&", path) }
    path in ours || $NF == "(deleted)" && path ~ /^\/usr\// { split($1, part, "/"); if (!seen[part[3]]++) print part[3] }' \
    from=files "$1/files" from=maps - >"$1/pids"
  while read -r pid; do cat "/proc/$pid/cgroup"; done <"$1/pids" 2>/dev/null | grep -v libpod-payload | sort -u | unit_of | sort -u
}
record_affected() { # before anything is replaced
  ordered_packages | cut -f 1 | xargs -r dpkg-query -L 2>/dev/null | below_usr | sort -u >"$run/files"
  mapping_units "$run" >"$run/affected"
  port_owners >"$run/ports.owners"
  transient_units >"$run/transient.before"
}
affects() { printf '%s\t%s\n' "$1" "$2" >>"$run/affected"; } # WHOSE UNIT: it is about to be restarted
rebooted() { [ "$(cat "$run/boot.before")" != "$(cat /proc/sys/kernel/random/boot_id)" ]; }
affected() { # WHOSE UNIT: what becomes of it may be the run's doing
  if [ ! -e "$run/affected" ] || rebooted; then return 0; fi
  said=$(properties "$1" "$2")
  [ "$(property LoadState)" = loaded ] || return 0 # nobody can say what it is
  needs=$(property '(Requires|BindsTo|Requisite|PartOf|Triggers|TriggeredBy)' | tr ' ' '\n' | grep -E '\.(service|socket)$')
  ! reached "$1" "$2" || return 0
  for need in $needs; do
    said=$(properties "$1" "$need")
    ! reached "$1" "$need" || return 0
  done
  return 1
}
reached() { # WHOSE UNIT, whose properties `said` holds: restarted, a process on their files, its own files or programs are theirs
  ! grep -qxF "$1$tab$2" "$run/affected" || return 0
  if [ "$1" != system ]; then
    ! grep -qxF "$1${tab}init.scope" "$run/affected" || return 0
    if is_service "$1" "$2" && ordered_packages | cut -f 1 | grep -qE "$runtime"; then return 0; fi
  fi
  { property '(FragmentPath|SourcePath|DropInPaths)' | tr ' ' '\n'; printf '%s\n' "$said" | sed -n 's/^Exec[A-Za-z]*={ path=\([^ ]*\) .*/\1/p'; } |
    below_usr | grep -qxF -f "$run/files"
}

# --- Ports ---
ports() { # who listens where; ports that programs pick by themselves mean nothing
  first=$(cut -f 1 /proc/sys/net/ipv4/ip_local_port_range) # `read` gets one byte at a time, and such files only give their first
  ss -Hlntu | awk -v first="$first" '{ n = split($5, part, ":"); if (part[n] + 0 < first) print $1 " " $5 }' | sort -u
}
port_owners() { # PORT WHOSE UNIT: one that is nobody's here is the kernel's own
  systemctl list-sockets --plain --no-legend >"$run/sockets" </dev/null
  ss -Hlntup | awk '{ rest = $0; while (match(rest, /pid=[0-9]+/)) { print $1 " " $5 "\t" substr(rest, RSTART + 4, RLENGTH - 4); rest = substr(rest, RSTART + RLENGTH) } }' |
    sort -u | while IFS=$tab read -r port pid; do
    if [ "$pid" = 1 ]; then
      unit=$(awk -v port=":${port##*:}" 'substr($1, length($1) - length(port) + 1) == port { print $2; exit }' "$run/sockets")
      printf '%s\tsystem\t%s\n' "$port" "${unit:-?}"
    else sed 's/^0:://' "/proc/$pid/cgroup" 2>/dev/null | unit_of | sed "s|^|$port$tab|"; fi
  done
}
port_counts() { # WHOSE UNIT, to which it belonged: a unit that is to be there, or that the run may have stopped
  case $2 in -) return 1 ;; '?' | init.scope) return 0 ;; esac
  if is_transient "$1" "$2"; then return 1; fi
  if [ "$1" != system ] && [ ! -e "/var/lib/systemd/linger/$(id -nu "$1")" ]; then return 1; fi # it went with a login
  said=$(properties "$1" "$2")
  case $(property ActiveState) in failed | *inactive | *activating) affected "$1" "$2" ;; esac
}

# --- Verdicts: `fail TEXT`, or `warn TEXT` for what is no reason to go back ---
verdict() { # WHOSE UNIT TEXT
  if ! is_transient "$1" "$2" && affected "$1" "$2"; then printf 'fail\t%s\n' "$3"; else printf 'warn\t%s\n' "$3"; fi
}
judged_units() {
  failed_units | sort | comm -13 "$run/failed.before" - | while IFS=$tab read -r whose unit; do
    if [ "$whose" = system ]; then verdict system "$unit" "$unit"; else verdict "$whose" "$unit" "$unit of $(id -nu "$whose")"; fi
  done
}
judged_services() {
  was_active "$run/states" | while IFS=$tab read -r uid member name state ram max; do
    if [ "$state" != active ]; then verdict "$uid" "$name.service" "$member/$name is $state"
    elif grep -qs '^HealthCmd=' "/etc/containers/systemd/users/$uid/$name.container" &&
      ! as_member "$uid" podman healthcheck run "$name" >/dev/null 2>&1; then verdict "$uid" "$name.service" "$member/$name does not answer its health check"; fi
  done
}
judged_limits() {
  was_active "$run/states" | wrong_limits | grep -vF -f "$run/limits.before" | while read -r text; do
    which=${text%%:*}
    verdict "$(awk -F'\t' -v which="$which" '$2 "/" $3 == which { print $1 }' "$run/states")" "${which#*/}.service" "$text"
  done
}
judged_ports() {
  comm -23 "$run/ports.before" "$run/ports" | while read -r port; do
    awk -F'\t' -v port="$port" '$1 == port { print $2 "\t" $3 }' "$run/ports.owners" >"$run/owners"
    kind=warn; [ -s "$run/owners" ] || kind=fail
    while IFS=$tab read -r whose unit; do ! port_counts "$whose" "$unit" || kind=fail; done <"$run/owners"
    printf '%s\t%s of %s\n' "$kind" "$port" "$(cut -f 2 "$run/owners" | sed 's/^-$/a login/; s/^?$/no unit/' | paste -s -d ' ' -)"
  done
}
prove_judged() { # NAME TEXT-WHEN-WELL, and verdicts on standard input
  cat >"$run/verdicts"
  prove_that "$1" "$2" "$(sed -n "s/^fail$tab//p" "$run/verdicts" | paste -s -d ';' -)"
  beside=$(sed -n "s/^warn$tab//p" "$run/verdicts" | paste -s -d ';' -)
  [ -z "$beside" ] || report check "beside:$1" warn "worse than before the run, but the packages do not reach it ($1): $beside"
}
