#!/bin/sh
# Allmende: what a transaction does with members' services. Read by apply.sh, whose functions and variables it uses,
# and those of members.sh.
# shellcheck disable=SC2034,SC2154 # not every field of a line is used; work, base, tab, etc_new come from apply.sh

# --- Before anything is swapped: validate, pull, look for ports and for RAM in use ---
prepare_services() { # UID
  services_of "$1" 'put|live' >"$work/services.$1"
  [ -d "/run/user/$1" ] || systemctl start "user-runtime-dir@$1.service"
  if awk -F'\t' '$10 { changed = 1 } END { exit !changed }' "$work/services.$1"; then
    QUADLET_UNIT_DIRS="$etc_new/containers/systemd/users/$1:/etc/containers/systemd/users/$1" \
      /usr/libexec/podman/quadlet -user -dryrun >"$work/units.$1" 2>"$work/quadlet.$1" </dev/null
    verify_units "$1"
  fi
  owner=$(id -nu "$1" 2>/dev/null)
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    name=${key##*.}
    [ "$owner" = "$member" ] || { fail "$key" no-account "$member has no account with the number $uid here"; continue; }
    [ -x /usr/libexec/podman/quadlet ] || { fail "$key" no-podman "Podman is not installed here: the host itself is to be put first"; continue; }
    if [ "$changed" = 1 ] && ! grep -qxe "---$name.service---" "$work/units.$1"; then
      grep -e "\"${name}[.-]" -e "/${name}[.-]" "$work/quadlet.$1" >"$work/quadlet.$key"
      fail "$key" bad-quadlet "Quadlet refuses the unit $name.container" "$work/quadlet.$key"; continue
    fi
    if [ "$changed" = 1 ] && grep -E "(^|[/ ])$name\.service[: ]" "$work/verify.$1.log" >"$work/verify.$key"; then
      fail "$key" bad-unit "systemd refuses what Quadlet makes of $name.container" "$work/verify.$key"; continue
    fi
    [ "$changed" = 0 ] && [ -e "$(unit_cgroup "$uid" "$name")" ] && continue
    pull || fail "$key" pull-failed "the image $image cannot be pulled" "$work/pull.$key"
  done <"$work/services.$1"
  # Podman's pause process must not live on in this session; the member's manager makes its own.
  manager_runs "$1" || end_pause "$1"
}
verify_units() { # UID: has systemd itself read what the generator printed; its complaints, when there are any that count
  mkdir "$work/verify.$1"
  awk -v d="$work/verify.$1/" '/^---[a-z0-9.-]+\.service---$/ { f = d substr($0, 4, length($0) - 6); next } f { print >f }' "$work/units.$1"
  # A runtime directory of its own: in the member's, root would leave directories that their manager then cannot use.
  ! (cd "$work/verify.$1" && XDG_RUNTIME_DIR=$work/verify.$1 systemd-analyze --user verify --man=no --generators=no \
    --recursive-errors=no ./*.service) >"$work/verify.$1.log" 2>&1 </dev/null 8>&- 9>&- || : >"$work/verify.$1.log"
}
pull() { # the image of the service whose line was read, only when it is missing
  as_member "$uid" podman image exists "$image" >/dev/null 2>&1 && return 0
  progress "$key" "pulling $image"
  login=
  if [ "$auth" != - ]; then # the new login, or the one that is there; where the member can read and not write
    login=/run/allmende-$uid-$name.json; source=$work/files$auth; [ -e "$source" ] || source=$auth
    install -m 0440 -g "$uid" "$source" "$login"
  fi
  as_member "$uid" podman pull --quiet ${login:+--authfile "$login"} "$image" >"$work/pull.$key" 2>&1
  set -- $?; [ -z "$login" ] || rm -f "$login"
  return "$1"
}
check_needs() { # a port that somebody else listens on, or RAM that is in use, is an error before anything changes
  ss -Hlntup >"$work/listening" 2>/dev/null
  grep -hs "^port$tab" "$base"/manifests/* >"$work/holders"
  : >"$work/handovers"
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    case $key:$action:$changed in service.*:put:1 | service.*:live:1) ;; *) continue ;; esac
    cgroup=$(unit_cgroup "$uid" "${key##*.}")
    set -- "$base/manifests/$key"; { [ -e "$1" ] && [ -e "$cgroup" ]; } || set -- /dev/null
    awk -F'\t' -v k="$key" -f "$work/taken.awk" \
      part=holders "$work/holders" part=own "$1" part=plan "$work/plan" part=listening "$work/listening" >"$work/taken"
    while IFS=$tab read -r port holder who; do
      if [ "$who" = hands-over ]; then echo "$key$tab$holder$tab$port" >>"$work/handovers"; else port_taken "$key" "$port" "$holder" "$who"; fi
    done <"$work/taken"
    [ "$action" = live ] || continue
    set -- "$cgroup"/libpod-payload-*/memory.current "$cgroup"/libpod-payload-*/memory.stat # page cache can be given back
    used=$(awk '$1 == "inactive_file" { used -= $2 } NF == 1 { used += $1 } END { print used + 0 }' "$@" 2>/dev/null)
    [ "${used:-0}" -le "$ram" ] || fail "$key" ram-in-use "the container uses $used bytes now and cannot be shrunk to $ram bytes"
  done <"$work/todo"
  # Whoever fails keeps its port; then the one that wanted it fails as well, and so on.
  refused=1
  while [ "$refused" = 1 ]; do
    refused=0
    while IFS=$tab read -r key holder port; do
      if failed "$key" || ! failed "$holder"; then continue; fi
      port_taken "$key" "$port" "$holder" "the service ${holder##*.}, which stays as it is,"; refused=1
    done <"$work/handovers"
  done
}
port_taken() { # KEY PORT HOLDER WHO
  failed "$1" || [ "$3" = - ] || say "holder$tab$1$tab$3"
  fail "$1" port-taken "$2 is taken by $4"
}

# --- Ports that change hands: the one that has it stops before the one that gets it starts ---
hand_over() {
  while IFS=$tab read -r key holder port; do
    ! failed "$key" || continue
    progress "$key" "taking $port over from ${holder##*.}"
    owner=$(uid_in "$base/manifests/$holder")
    ! manager_runs "$owner" || as_member "$owner" systemctl --user stop "${holder##*.}.service" >/dev/null 2>&1
  done <"$work/handovers"
}
hand_back() { # to a service whose successor did not get healthy, unless it has gone elsewhere meanwhile
  while IFS=$tab read -r key holder port; do
    if ! failed "$key" || [ ! -e "$base/manifests/$holder" ]; then continue; fi
    owner=$(uid_in "$base/manifests/$holder") active=$(active_units "$owner")
    is_active "${holder##*.}" || { progress "$key" "handing $port back to ${holder##*.}"; control "$owner" start "${holder##*.}.service"; }
  done <"$work/handovers"
}

# --- After the swap: one reload per manager, restart what changed, prove it, or put the previous version back ---
progress_of() { progress "service.$(id -nu "$1").${2%.service}" "$3"; } # UID UNIT TEXT
active_units() { # UID: ` a.service  b.service `
  ! manager_runs "$1" ||
    as_member "$1" systemctl --user list-units --type=service --state=active --plain --no-legend 2>/dev/null | awk '{ printf " %s ", $1 }'
}
is_active() { case $active in *" $1.service "*) ;; *) return 1 ;; esac; } # NAME, in `active`
unit_log() { # UID NAME SINCE
  journalctl --no-pager -o cat -n 30 --since "@$3" "_UID=$1" "_SYSTEMD_USER_UNIT=$2.service" + "_UID=$1" "USER_UNIT=$2.service" 2>/dev/null
}
find_overrides() { # UID: `overrides.UID`, KEY HOW PATH of what is in places where nothing of ours is
  awk -f "$work/overrides.awk" -v uid="$1" -v member="$(id -nu "$1")" "$work/plan" | while IFS=$tab read -r concerned means place; do
    [ ! -e "$place" ] || echo "$concerned$tab$means$tab$place"
  done >"$work/overrides.$1"
}
keep_copy() ( # of `path` in `copy`, for root alone, and of 1 MiB at most
  umask 077; mkdir -p "${copy%/*}" && tar -c -C / "${path#/}" 2>/dev/null | head -c 1048576 >"$copy"
)
remove_overrides() { # of the service whose line was read: each is named, here and in the journal
  overridden=0
  while IFS=$tab read -r whose how path; do
    [ "$whose" = "$key" ] || continue
    if [ -e "$path" ]; then # not yet removed with another service that it concerned as well
      copy=$base/removed$path.tar
      keep_copy
      progress "$key" "removing $path, which nobody declared and which overrides it; a copy is in $copy"
      logger -t allmende "$key: removing $path, which nobody declared and which overrides it; a copy is in $copy"
      case $path in /home/* | /run/user/*) as_member "$uid" rm -rf "$path" ;; *) rm -rf "$path" ;; esac 2>/dev/null
    fi
    if [ -e "$path" ]; then
      [ "$changed" = 0 ] || { restore "$key"; settled "$key"; }
      fail "$key" override-stays "$path overrides ${key##*.} and cannot be removed"; return 1
    fi
    [ "$how" = reload ] || overridden=1
    reload=1; : >"$work/mended.$key"
  done <"$work/overrides.$uid"
}
finish_services() { # UID
  find_overrides "$1"
  since=$(date +%s) reload=0 restarts='' starts='' active=$(active_units "$1")
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    if failed "$key" || ! remove_overrides; then continue; fi
    name=${key##*.}
    # shellcheck disable=SC3013 # Debian's sh knows -nt
    if [ "/etc/containers/systemd/users/$uid/$name.container" -nt "/run/user/$uid/systemd/generator/$name.service" ]; then reload=1; : >"$work/mended.$key"; fi
    if ! is_active "$name"; then starts="$starts $name.service"; progress "$key" "starting"
    elif [ "$restart:$action" = 1:put ] || [ "$overridden" = 1 ]; then restarts="$restarts $name.service"; progress "$key" "restarting"; fi
    [ "$restart" = 0 ] || reload=1
  done <"$work/services.$1"
  if ! manager_runs "$1"; then systemctl start "user@$1.service" >/dev/null 2>&1 # it reads everything afresh
  elif [ "$reload" = 1 ]; then as_member "$1" systemctl --user daemon-reload >/dev/null 2>&1; fi
  step reloaded
  # shellcheck disable=SC2086 # unit names have no blanks
  { control "$1" restart $restarts; control "$1" start $starts; watch_unchecked "$1" $restarts $starts; }
  step started
  active=$(active_units "$1")
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    failed "$key" || finish_service
  done <"$work/services.$1"
  drop_networks "$1"
}
drop_networks() { # UID: those that a changed service is in, or was in before, and that no Quadlet defines any more
  awk -F'\t' 'FNR == NR { if ($10) changed[$1] = 1; next } $1 == "network" && $2 in changed && !seen[$3]++ { print $3 }' \
    "$work/services.$1" "$work/plan" "$base"/previous/service.*/files"$base"/manifests/* 2>/dev/null | while read -r network; do
    [ -e "/etc/containers/systemd/users/$1/$network.network" ] ||
      { as_member "$1" systemctl --user stop "$network-network.service"; as_member "$1" podman network rm "$network"; } >/dev/null 2>&1
  done
}
watch_unchecked() { # UID UNIT...: without a health check, a service has started once it ran for some seconds without ending
  manager=$1 watched=''; shift
  for unit; do
    grep -q '^HealthCmd=' "/etc/containers/systemd/users/$manager/${unit%.service}.container" || watched="$watched $unit"
  done
  [ -n "$watched" ] || return 0
  # systemd gives every start of a unit a new invocation, also those of Restart=.
  # shellcheck disable=SC2086 # unit names have no blanks
  set -- $watched
  for unit; do readlink "/run/user/$manager/systemd/units/invocation:$unit" || echo "none of $unit"; done >"$work/invocations.$manager"
  sleep 5
  for unit; do
    read -r before
    [ "$(readlink "/run/user/$manager/systemd/units/invocation:$unit")" = "$before" ] || as_member "$manager" systemctl --user stop "$unit" >/dev/null 2>&1
  done <"$work/invocations.$manager"
}
finish_service() { # the service whose line was read: a result, or the way back
  name=${key##*.}
  is_active "$name" || repair_image
  if is_active "$name"; then
    mend_limits && : >"$work/mended.$key"
    [ "$changed" = 0 ] || settled "$key"
    case $changed:$starts in 1:* | *" $name.service"*) : >"$work/mended.$key" ;; esac
    if [ -e "$work/mended.$key" ]; then result "$key" applied; else result "$key" unchanged; fi
    return
  fi
  as_member "$uid" systemctl --user stop "$name.service" >/dev/null 2>&1
  [ "$changed" = 1 ] || { fail "$key" start-failed "$name does not start or is not healthy" "$work/log.$key"; return; }
  progress "$key" "it does not start: putting the previous version back"; step rollback
  restore "$key"; as_member "$uid" systemctl --user daemon-reload >/dev/null 2>&1
  if [ "$had" = 0 ]; then as_member "$uid" systemctl --user reset-failed "$name.service" 2>/dev/null; after="there is no previous version"
  elif control "$uid" restart "$name.service"; then after="the previous version runs again"; else after="the previous version does not start either"; fi
  settled "$key"; fail "$key" start-failed "$name does not start or is not healthy; $after" "$work/log.$key"
}
repair_image() { # after a power cut right after a pull, Podman's storage may be broken; volumes are not touched
  unit_log "$uid" "$name" "$since" >"$work/log.$key"
  grep -qE 'storage/overlay/l[/:]|layer not known|image not known|storage corruption' "$work/log.$key" || return 0
  progress "$key" "the image's storage is broken: repairing it and pulling what was lost"
  as_member "$uid" systemctl --user stop "$name.service" >/dev/null 2>&1
  as_member "$uid" podman rm --force --ignore "$name" >"$work/repair.$key" 2>&1
  # A layer's `link` file holds the name of its link in `l`: write those that are empty again, then have all contents proven.
  # shellcheck disable=SC2016 # expanded by the member's shell
  as_member "$uid" sh -c 'cd ~/.local/share/containers/storage/overlay && for link in l/*; do
    layer=$(readlink "$link") && layer=${layer#../} && layer=${layer%/diff} && [ ! -s "$layer/link" ] && printf %s "${link#l/}" >"$layer/link"; done'
  as_member "$uid" podman system check --repair --force >>"$work/repair.$key" 2>&1 # removes damaged images and layers
  restart_with_image && return
  as_member "$uid" podman rmi --force "$image" >>"$work/repair.$key" 2>&1
  restart_with_image
}
restart_with_image() {
  pull && sync -f /home && control "$uid" restart "$name.service"
  active=$(active_units "$uid"); is_active "$name"
}
mend_limits() { # the live cgroup says what the files say; true when something had to be mended
  mended=1 cgroup=$(unit_cgroup "$uid" "$name")
  read -r live <"$cgroup/memory.max"; [ "$live" = "$max" ] || { echo "$max" >"$cgroup/memory.max"; mended=0; }
  for payload in "$cgroup"/libpod-payload-*/memory.max; do
    read -r live <"$payload"; [ "$live" = "$ram" ] && continue
    as_member "$uid" podman update --memory "$ram" --memory-swap "$ram" "$name" >/dev/null 2>&1; mended=0
  done 2>/dev/null
  return $mended
}

# --- Removing exactly what a manifest owns ---
remove_services() { # UID
  services_of "$1" 'remove|purge' >"$work/removed.$1"
  # shellcheck disable=SC2046 # unit names have no blanks
  set -- "$1" $(awk -F'\t' '{ n = split($1, part, "."); print part[n] ".service" }' "$work/removed.$1")
  gone=$1; shift
  ! manager_runs "$gone" || as_member "$gone" systemctl --user stop "$@" >/dev/null 2>&1; step stopped
  while IFS=$tab read -r key action member uid rest; do
    awk -F'\t' '$1 ~ /^(volume|secret|network)$/ { print $1 "\t" $3 }' "$base/manifests/$key" >"$work/owned.$key" 2>/dev/null
    [ ! -e "$work/ops/$key" ] || carry_out "$key" remove
    rm -rf "$base/previous/$key"
    while IFS=$tab read -r what name; do # a network may be another service's as well
      case $what in volume) set -- "$@" "$name-volume.service" ;; esac
      [ "$what" != network ] || [ -e "/etc/containers/systemd/users/$uid/$name.network" ] || set -- "$@" "$name-network.service"
    done <"$work/owned.$key"
  done <"$work/removed.$gone"
  ! manager_runs "$gone" || {
    as_member "$gone" systemctl --user stop "$@"; as_member "$gone" systemctl --user daemon-reload
    as_member "$gone" systemctl --user reset-failed "$@"
  } >/dev/null 2>&1
  while IFS=$tab read -r key action member uid rest; do
    [ ! -e "$work/ops/$key" ] || ! id "$member" >/dev/null || forget >/dev/null 2>&1
    if [ -e "$(unit_cgroup "$uid" "${key##*.}")" ]; then fail "$key" still-running "${key##*.} does not stop"; else result "$key" applied; fi
  done <"$work/removed.$gone"
}
forget() { # what Podman keeps under a service's name; data only when asked for
  as_member "$uid" podman rm --force --ignore "${key##*.}"
  while IFS=$tab read -r what name; do
    case $what:$action in
      volume:remove) ;;
      network:*) [ -e "/etc/containers/systemd/users/$uid/$name.network" ] || as_member "$uid" podman network rm "$name" ;;
      *) as_member "$uid" podman "$what" rm "$name" ;;
    esac
  done <"$work/owned.$key"
}
