#!/bin/sh
# Allmende: a patch run looks at the host: checks before, what was there, restarts, proof. Read before patch.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154 # not every field of a line is used; base, run, tab, started come from patch.sh
# shellcheck disable=SC2086 # pinned is options of apt, none of which has a blank

# --- Members' services (members.sh: how members are reached) ---
services() { # UID MEMBER NAME RAM MEMORYMAX, in the order in which they are restarted
  set -- /var/lib/allmende/manifests/service.*; [ -e "$1" ] || return 0
  awk -F'\t' '$1 == "resource" && $2 ~ /^service/ { split($2, key, "."); print $5 "\t" $4 "\t" key[3] "\t" $6 "\t" $7 }' "$@" | sort -t "$tab" -k 2,3
}
managers() { services | cut -f 1 | sort -u; }
states() { # UID MEMBER NAME STATE RAM MEMORYMAX: one call per manager
  services >"$run/services"
  managers | while read -r uid; do
    manager_runs "$uid" || continue
    # shellcheck disable=SC2046 # unit names have no blanks
    as_member "$uid" systemctl --user show -p Id -p ActiveState $(awk -F'\t' -v u="$uid" '$1 == u { print $3 ".service" }' "$run/services") |
      awk -F= -v u="$uid" '$1 == "Id" { sub(/\.service$/, "", $2); id = $2 } $1 == "ActiveState" { print u "\t" id "\t" $2 }'
  done | awk -F'\t' -v OFS='\t' 'part == "live" { state[$1, $2] = $3; next }
    { print $1, $2, $3, (($1, $3) in state ? state[$1, $3] : "unknown"), $4, $5 }' part=live - part=known "$run/services"
}

# --- Checks: nothing is touched when one of them fails ---
check() { # NAME ok|warn|fail|unknown TEXT
  report check "$1" "$2" "$3"
  [ "$2" != fail ] || fail_run "check-$1" "$3"
}
phase_check() {
  now=$(ordered now) skew=$((started - ${now:-$started})) allowed=$(limit clock-skew-seconds)
  if [ "$(timedatectl show -p NTPSynchronized --value 2>/dev/null)" = yes ]; then check clock ok "synchronised"
  elif [ "${skew#-}" -le "${allowed:-60}" ]; then check clock ok "not synchronised; $skew s from the clock of the runner"
  else check clock fail "the clock is $skew s from the clock of the runner, and not synchronised"; fi
  check_load; check_backup
  audit=$(dpkg --audit 2>&1 | head -n 5 | clean | tr '\n' ' ')
  if [ -z "$audit" ]; then check dpkg ok "no package is half installed"; else check dpkg fail "dpkg --audit says: $audit"; fi
  ! failing || return 0
  level_check
  needed=$(space_needed)
  for mount in / /boot /var; do
    free=$(df -Pk "$mount" | awk 'NR == 2 { print int($4 / 1024) }') least=$(limit free-mib)
    [ "$mount" = /boot ] || least=$((least + needed))
    if [ "$free" -ge "$least" ]; then check "disk:$mount" ok "$free MiB free, $least needed"
    else check "disk:$mount" fail "$mount has $free MiB free, $least are needed"; fi
  done
}
check_load() { # of five minutes: what has just ended does not count
  load=$(awk '{ print int($2 * 100) }' /proc/loadavg) cpus=$(nproc) most=$(limit load-percent) # of one CPU
  text="load $(hundredths "$load") on $cpus CPUs; $(hundredths "$most") for each are allowed"
  if [ "$load" -le $((most * cpus)) ]; then check load ok "$text"; else check load fail "$text"; fi
}
hundredths() { printf '%d.%02d' "$(($1 / 100))" "$(($1 % 100))"; }
span() { if [ "$1" -ge 7200 ]; then echo "$(($1 / 3600)) h"; else echo "$(($1 / 60)) min"; fi; } # SECONDS
check_backup() {
  IFS=$tab read -r most marker <<END
$(ordered backup)
END
  if [ -z "$marker" ]; then check backup unknown "when the last backup ended is not known: the window declares no file that tells"; return; fi
  ended=$(stat -L -c %Y "$marker" 2>/dev/null) || { check backup fail "no backup has ended: $marker is not there"; return; }
  age=$((started - ended)) ended=$(date -u -d "@$ended" +%FT%TZ)
  if [ "$age" -gt "$most" ]; then check backup fail "the last backup ended at $ended, $(span "$age") ago; $(span "$most") are allowed"
  elif [ "$age" -lt -300 ]; then check backup fail "the last backup ends in the future: $marker is of $ended"
  else check backup ok "the last backup ended at $ended"; fi
}
snapshot_check() { # apt's lists are those of the snapshot, or of today
  id=$(ordered snapshot)
  [ -z "$id" ] || ! in_future "$id" || { check snapshot fail "the snapshot $id lies in the future of this host: nothing is in it yet"; return 1; }
  lists=-; [ -z "$id" ] || { lists=$base/lists; mkdir -p "$lists/partial"; }
  update_lists "$run/update.log" "$lists" "${id:--}" || {
    if [ -z "$id" ]; then check level fail "apt cannot read the repositories"
    else check snapshot fail "apt cannot read its sources as they were at the snapshot $id"; fi
    report_log "$run/update.log"; return 1
  }
  [ -n "$id" ] || return 0
  problem=$(snapshot_problem "$id")
  if [ -n "$problem" ]; then check snapshot fail "not every source has the snapshot $id: $problem"; return 1; fi
  check snapshot ok "all sources as they were at the snapshot $id"
}
level_check() { # what would be installed now is exactly what was previewed
  snapshot_check || return
  mkdir -p "$run/level"; wanted >"$run/level/wanted"; : >"$run/level/pending"
  if [ -s "$run/level/wanted" ] && ! simulate_wanted "$run/level" $pinned; then
    check level fail "the previewed versions are not to be had as they are"; report_log "$run/level/apt.log"; return
  fi
  ordered_packages | cut -f 1-4 | sort >"$run/level/ordered"
  different=$(cut -f 1-4 "$run/level/pending" | diff "$run/level/ordered" - | sed -n 's/^[<>]/&/p' | tr '\t\n' '  ')
  if [ -z "$different" ]; then check level ok "as previewed: $(wc -l <"$run/level/wanted") packages"
  else check level fail "not what was previewed (< previewed, > now): $different"; fi
}
space_needed() { # MiB: what is downloaded, twice (the old ones are kept), and what is unpacked beside the old files
  wanted | xargs -r apt-cache $pinned show 2>/dev/null | awk '/^Size: / { s += $2 * 2 } /^Installed-Size: / { s += $2 * 1024 } END { print int(s / 1048576) + 1 }'
}

# --- What was there before ---
phase_record() {
  versions >"$run/versions.before"
  ports >"$run/ports.before"
  failed_units | sort >"$run/failed.before"
  running_units >"$run/running.before"
  record_affected
  states >"$run/states.before"
  was_active "$run/states.before" | wrong_limits | cut -d : -f 1 | sed 's/$/:/' >"$run/limits.before" # what was wrong before proves nothing
  needrestart -b -r l >"$run/needrestart.before" 2>/dev/null </dev/null
  cp /proc/sys/kernel/random/boot_id "$run/boot.before"; record_kernel
  while IFS=$tab read -r uid member name state ram max; do
    [ "$state" = active ] || report check "service:$member/$name" warn "$member/$name was $state before the run"
  done <"$run/states.before"
  sync -f "$run"
}

# --- Restarting what runs on replaced files ---
progress_of() { progress "$(id -nu "$1")/${2%.service}: $3"; } # UID UNIT TEXT
cannot_restart='^(dbus|dbus-broker)\.service$' # the system's bus takes everything with it: a reboot
stale_units() { sed -n 's/^NEEDRESTART-SVC: //p' | sed 's/ .*//' | grep -vE '^user@|^(getty|serial-getty)@' | sort -u; }
stale_processes() { # CGROUP: processes of the host's own files in it, not those in containers
  find "$1" -name cgroup.procs ! -path '*/libpod-payload*' -exec cat {} + 2>/dev/null |
    while read -r pid; do grep -qE ' r-xp .* /usr/[^ ]* \(deleted\)$' "/proc/$pid/maps" 2>/dev/null && echo "$pid"; done
}
restart_stale() { # a unit that does not come back is a failure; members' services one by one, each healthy before the next
  acted=1
  systemctl daemon-reload # not every package says that its units changed
  needrestart -b -r l 2>/dev/null </dev/null | stale_units >"$run/stale"
  grep -vE "$cannot_restart" "$run/stale" >"$run/to-restart"
  while read -r unit; do
    progress "restarting $unit"; affects system "$unit"
    if ! case $unit in systemd-manager*) systemctl daemon-reexec ;; *) systemctl restart "$unit" ;; esac >"$run/restart.log" 2>&1 </dev/null 9>&-; then
      unit_log system "$unit" >>"$run/restart.log"; fail_run restart-failed "$unit does not start again" "$run/restart.log"; return
    fi
    report restarted system "$unit"; step restarting
  done <"$run/to-restart"
  for uid in $(managers); do
    [ -n "$(stale_processes "/sys/fs/cgroup/user.slice/user-$uid.slice/user@$uid.service/init.scope")" ] || continue
    affects "$uid" init.scope; as_member "$uid" systemctl --user daemon-reexec
  done
  states >"$run/states"
  while IFS=$tab read -r uid member name state ram max; do
    [ "$state" = active ] || continue
    [ -n "$(stale_processes "$(unit_cgroup "$uid" "$name")")" ] || continue
    progress "restarting $member/$name"; affects "$uid" "$name.service"
    control "$uid" restart "$name.service" || {
      unit_log "$uid" "$name.service" >"$run/restart.log"; fail_run restart-failed "$member/$name does not become healthy again" "$run/restart.log"; return
    }
    report restarted "$member" "$name"; step restarting
  done <"$run/states"
}
unit_log() { # system|UID UNIT
  case $1 in
    system) journalctl --no-pager -o cat -n 20 -u "$2" ;;
    *) journalctl --no-pager -o cat -n 20 "_UID=$1" "_SYSTEMD_USER_UNIT=$2" + "_UID=$1" "USER_UNIT=$2" ;;
  esac 2>/dev/null
}
phase_restart() {
  if too_late restart; then report restarts deferred "the time for restarts in this window is over"; return; fi
  restart_stale
}
phase_recover() { # after going back: what ran before the run runs again; what is started for that is in the report
  restart_stale
  states >"$run/states"
  recover_units
  was_active "$run/states" | while IFS=$tab read -r uid member name state ram max; do
    [ "$state" != active ] || continue
    progress "starting $member/$name again"; control "$uid" restart "$name.service"; report restarted "$member" "$name"
  done
}
was_active() { # STATES: of services that were active before: UID MEMBER NAME STATE RAM MEMORYMAX
  awk -F'\t' 'FNR == NR { if ($4 == "active") before[$1 "\t" $3] = 1; next } ($1 "\t" $3) in before' "$run/states.before" "$1"
}
stop_services() { # in order, last first: at shutdown Podman gives containers 90 s whatever their unit says
  services | sort -r -t "$tab" -k 2,3 | while IFS=$tab read -r uid member name _; do
    manager_runs "$uid" || continue
    progress "stopping $member/$name"; as_member "$uid" systemctl --user stop "$name.service" >/dev/null 2>&1
  done
}

# --- Proof ---
settle() { # until nothing is on its way any more, or it has had its time
  end=$(($(date +%s) + $(limit settle-seconds)))
  while [ "$(date +%s)" -lt "$end" ]; do
    states >"$run/states"
    case $(systemctl is-system-running) in starting | initializing) sleep 2; continue ;; esac
    if was_active "$run/states" | awk -F'\t' '$4 != "active" { bad = 1 } END { exit bad }' && ports | comm -13 - "$run/ports.before" | awk 'END { exit NR > 0 }'; then return; fi
    was_active "$run/states" | awk -F'\t' '$4 != "active" && $4 != "failed" { moving = 1 } END { exit !moving }' ||
      systemctl list-units --type=service --state=activating --plain --no-legend | grep -q . || return 0
    sleep 2
  done
}
wrong_limits() { # of services as `states` prints them; one line each, with a blank before its name
  while IFS=$tab read -r uid member name state ram max; do
    live=; read -r live 2>/dev/null <"$(unit_cgroup "$uid" "$name")/memory.max"
    inner=$(cat "$(unit_cgroup "$uid" "$name")"/libpod-payload-*/memory.max 2>/dev/null)
    [ "$live/$inner" = "$max/$ram" ] || echo " $member/$name: ${live:-none} and ${inner:-none} instead of $max and $ram"
  done
}
prove_that() { # NAME TEXT-WHEN-WELL WHAT-IS-WRONG: nothing is wrong when the last is empty
  if [ -z "$3" ]; then report "$round" "$1" ok "$2"; else report "$round" "$1" fail "$3"; echo "$1: $3" >>"$run/unproven"; fi
}
prove_all() { # proof|reproof
  round=$1; : >"$run/unproven"
  settle
  ordered_packages | cut -f 1 | xargs -r dpkg-query -L 2>/dev/null | below_usr | sort -u - "$run/files" >"$run/files.now"; mv "$run/files.now" "$run/files"
  states >"$run/states"
  judged_units | prove_judged units "no unit failed that had not failed before"
  judged_services | prove_judged services "all services that ran before are active and healthy"
  judged_limits | prove_judged limits "each service has its limits"
  ports >"$run/ports"
  judged_ports | prove_judged ports "all $(comm -12 "$run/ports.before" "$run/ports" | wc -l) listening ports of before"
  more=$(comm -13 "$run/ports.before" "$run/ports" | tr '\n' ';'); [ -z "$more" ] || report check ports warn "new: $more"
  needrestart -b -r l >"$run/needrestart" 2>/dev/null </dev/null
  stale=$(stale_units <"$run/needrestart" | grep -vE "$cannot_restart" | tr '\n' ' ')
  if grep -q "^restarts${tab}deferred" "$run/report"; then report check needrestart warn "not restarted, still on replaced files: ${stale:-none}"
  else prove_that needrestart "nothing runs on replaced files" "$stale"; fi
  prove_kernel
  prove_that dpkg "no package is half installed" "$(dpkg --audit 2>&1 | head -n 3 | clean | tr '\n' ' ')"
  versions >"$run/versions"
  of=''; [ "$round" = reproof ] || of=$(ordered snapshot)
  of=${of:+, of the snapshot $of}
  prove_that packages "the versions are those of the order$of" "$(ordered_packages | awk -F'\t' -v round="$round" 'FNR == NR { have[$1] = $2; next }
    { sub(/:.*/, "", $1); want = round == "proof" ? $4 : $3; if (want != "-" && have[$1] != want) printf "%s is %s instead of %s ", $1, have[$1], want }' "$run/versions" -)"
  sync "$run/report"
}
phase_proof() {
  prove_all proof
  if [ -s "$run/unproven" ]; then fail_run proof-failed "$(head -n 1 "$run/unproven")"
  elif grep -qx 'NEEDRESTART-KSTA: 1' "$run/needrestart" && [ -z "$(held "$(uname -r)")" ]; then release_choice; forget_held; fi
  comm -13 "$run/versions.before" "$run/versions" | awk -F'\t' 'FNR == NR { old[$1] = $2; next } { print $1 "\t" ($1 in old ? old[$1] : "-") "\t" $2 }' "$run/versions.before" - |
    while IFS=$tab read -r name old new; do report upgraded "$name" "$old" "$new"; done
}
phase_reproof() {
  prove_all reproof
  [ ! -s "$run/unproven" ] || : >"$run/broken"
}

# --- Looking from outside ---
show_state() { # the lock, and every run with its report and journal
  say begin-state
  [ ! -e "$lock" ] || { printf 'lock\t%s\t' "$(($(date +%s) - $(stat -c %Y "$lock")))"; cat "$lock"; }
  tell_held
  for dir in "$base"/runs/*/*; do
    [ -e "$dir/journal" ] || continue
    say begin-report; cat "$dir/report" 2>/dev/null; sed "s/^/journal$tab/" "$dir/journal"
    sed -n "s/^package$tab/ordered$tab/p; /^predicted$tab/p" "$dir/order" 2>/dev/null; say end-report
  done
  say end-state
}
