#!/bin/sh
# Allmende: what a transaction does with members' services. Read by apply.sh, whose functions and variables it uses.
# shellcheck disable=SC2034,SC2154 # not every field of a line is used; work, base, tab, etc_new come from apply.sh
# --- Services, before anything is swapped: validate, pull, look for ports ---
prepare_services() { # UID
  [ -d "/run/user/$1" ] || systemctl start "user-runtime-dir@$1.service"
  QUADLET_UNIT_DIRS="$etc_new/containers/systemd/users/$1:/etc/containers/systemd/users/$1" \
    /usr/libexec/podman/quadlet -user -dryrun >"$work/units.$1" 2>"$work/quadlet.$1" </dev/null
  services_of "$1" 'put|live' | while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    name=${key##*.}
    [ "$changed" = 1 ] || [ ! -e "$(unit_cgroup "$uid" "$name")" ] || continue
    grep -e "\"${name}[.-]" -e "/${name}[.-]" "$work/quadlet.$1" >"$work/quadlet.$key"
    grep -qxe "---$name.service---" "$work/units.$1" || { fail "$key" bad-quadlet "Quadlet refuses the unit $name.container" "$work/quadlet.$key"; continue; }
    login=; [ "$auth" = - ] || { login=/run/user/$uid/allmende-$name.json; install -m 0400 -o "$uid" "$work/files$auth" "$login"; }
    pull "$key" "$uid" "$image" "$login" || fail "$key" pull-failed "the image $image cannot be pulled" "$work/pull.$key"
  done
  # Podman's pause process must not live on in this session; the member's manager makes its own.
  manager_runs "$1" || { read -r pid </run/user/"$1"/libpod/tmp/pause.pid && kill "$pid"; } 2>/dev/null
}
pull() { # KEY UID IMAGE LOGIN: only when it is missing
  as_member "$2" podman image exists "$3" >/dev/null 2>&1 && return 0
  progress "$1" "pulling $3"
  as_member "$2" podman pull --quiet ${4:+--authfile "$4"} "$3" >"$work/pull.$1" 2>&1
}
check_ports() { # a port that somebody else listens on, or RAM that is in use, is an error before anything changes
  ss -Hlntup >"$work/listening" 2>/dev/null
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    case $key:$action in service.*:put | service.*:live) ;; *) continue ;; esac
    cgroup=$(unit_cgroup "$uid" "${key##*.}")
    set -- "$base/manifests/$key"; { [ -e "$1" ] && [ -e "$cgroup" ]; } || set -- /dev/null
    taken=$(awk -F'\t' -v k="$key" 'part == "own" { if ($1 == "port") own[$3 $4] = 1; next }
      part == "plan" { if ($1 == "port" && $2 == k && !($3 $4 in own)) want[$3 $4] = 1; next }
      { split($0, f, / +/); n = split(f[5], a, ":"); if (f[1] a[n] in want) { print f[1] " port " a[n] " is taken by " f[7]; exit } }' \
      part=own "$1" part=plan "$work/plan" part=listening "$work/listening")
    [ -z "$taken" ] || fail "$key" port-taken "$taken"
    [ "$action" = live ] || continue
    set -- "$cgroup"/libpod-payload-*/memory.current "$cgroup"/libpod-payload-*/memory.stat # page cache can be given back
    used=$(awk '$1 == "inactive_file" { used -= $2 } NF == 1 { used += $1 } END { print used + 0 }' "$@" 2>/dev/null)
    [ "${used:-0}" -le "$ram" ] || fail "$key" ram-in-use "the container uses $used bytes now and cannot be shrunk to $ram bytes"
  done <"$work/todo"
}

# --- Services, after the swap: one reload per manager, restart what changed, prove it, or put the previous version back ---
is_up() { as_member "$1" systemctl --user is-active --quiet "$2.service"; } # UID NAME
start_units() { # UID UNIT...: restarts them together and waits until they are ready (healthy, where there is a health check)
  manager=$1; shift
  as_member "$manager" systemctl --user reset-failed "$@" >/dev/null 2>&1
  as_member "$manager" systemctl --user restart "$@" >/dev/null 2>&1
}
unit_log() { # UID NAME SINCE
  journalctl --no-pager -o cat -n 30 --since "@$3" "_UID=$1" "_SYSTEMD_USER_UNIT=$2.service" + "_UID=$1" "USER_UNIT=$2.service" 2>/dev/null
}
finish_services() { # UID
  since=$(date +%s); : >"$work/start.$1"; reload=0
  services_of "$1" 'put|live' >"$work/services.$1"
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    failed "$key" && continue
    name=${key##*.} generated=/run/user/$uid/systemd/generator/${key##*.}.service
    for override in "/home/$member/.config/systemd/user" "/home/$member/.config/systemd/user.control" "/run/user/$uid/systemd/user" "/run/user/$uid/systemd/user.control"; do
      [ ! -e "$override/$name.service.d" ] || { rm -rf "$override/$name.service.d"; reload=1; : >"$work/mended.$key"; }
    done
    [ "$restart" = 0 ] || reload=1
    # shellcheck disable=SC3013 # Debian's sh knows -nt
    [ ! "/etc/containers/systemd/users/$uid/$name.container" -nt "$generated" ] || { reload=1; [ "$restart" = 1 ] || : >"$work/mended.$key"; }
    [ -e "$(unit_cgroup "$uid" "$name")" ] && { [ "$restart" = 0 ] || [ "$action" = live ]; } || echo "$name.service" >>"$work/start.$uid"
  done <"$work/services.$1"
  if ! manager_runs "$1"; then systemctl start "user@$1.service"
  elif [ "$reload" = 1 ]; then as_member "$1" systemctl --user daemon-reload; fi >"$work/reload.$1" 2>&1
  step reloaded
  # shellcheck disable=SC2046 # unit names have no blanks
  [ ! -s "$work/start.$1" ] || { progress - "starting $(tr '\n' ' ' <"$work/start.$1")"; start_units "$1" $(cat "$work/start.$1"); }
  step started
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    failed "$key" || finish_service
  done <"$work/services.$1"
}
finish_service() { # one line of `services.UID`
  name=${key##*.}
  started=0; ! grep -qxF "$name.service" "$work/start.$uid" || started=1
  if [ "$started" = 1 ] && ! is_up "$uid" "$name"; then
    unit_log "$uid" "$name" "$since" >"$work/log.$key"
    if grep -qE 'overlay/l.*invalid argument|layer not known' "$work/log.$key"; then # a power cut right after a pull: not a volume's matter
      progress "$key" "the image's storage is broken: pulling it again"
      as_member "$uid" podman rm --force --ignore "$name"; as_member "$uid" podman rmi --force "$image"
      pull "$key" "$uid" "$image" "" && start_units "$uid" "$name.service"
    fi >"$work/repair.$key" 2>&1
  fi
  if [ "$started" = 0 ] || is_up "$uid" "$name"; then
    mend_limits && : >"$work/mended.$key"
    [ "$changed" = 0 ] || settled "$key"
    if [ "$changed" = 1 ] || [ "$started" = 1 ] || [ -e "$work/mended.$key" ]; then result "$key" applied; else result "$key" unchanged; fi
    return
  fi
  as_member "$uid" systemctl --user stop "$name.service" >/dev/null 2>&1
  if [ "$changed" = 0 ]; then fail "$key" start-failed "$name does not start" "$work/log.$key"; return; fi
  progress "$key" "it does not start: putting the previous version back"; step rollback
  restore "$key"; as_member "$uid" systemctl --user daemon-reload
  if [ "$had" = 0 ]; then as_member "$uid" systemctl --user reset-failed "$name.service" 2>/dev/null; after="there is no previous version"
  elif start_units "$uid" "$name.service"; then after="the previous version runs again"; else after="the previous version does not start either"; fi
  settled "$key"; fail "$key" start-failed "$name does not start or is not healthy; $after" "$work/log.$key"
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
