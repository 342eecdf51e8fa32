#!/bin/sh
# Allmende: what one host does in a patch run. Always this same text, together with members.sh (of the host package), patch-packages.sh,
# patch-held.sh, patch-kernel.sh, patch-units.sh, patch-judge.sh and patch-proof.sh before it; all that varies comes as data on standard input, tab-separated lines:
#   run STACK KEY OWNER OCCURRENCE      which run (KEY names its folder), and who runs it     now EPOCH     the runner's clock
#   scope security|all     reboot if-needed|never     until upgrade|restart|reboot EPOCH     no such phase begins later
#   limit free-mib|load-percent|clock-skew-seconds|lock-seconds|settle-seconds|reboot-seconds|keep-runs NUMBER
#   backup SECONDS PATH                 how old the file PATH may be, whose time says when the last backup ended
#   snapshot YYYYMMDDTHHMMSSZ           apt sees its sources as they were then (absent: as they are)
#   package NAME ARCH OLD NEW security|other     exactly what was previewed; OLD is `-` for one that is not installed yet
#   hold RELEASE PACKAGE VERSION - EPOCH OCCURRENCE HOST REASON      a kernel that failed on HOST, which this one does not get (patch-held.sh)
#   predicted restart OF UNIT     predicted reboot REASON|-     what the plan said that it would take; kept for the report
#   emergency NAME REASON               an emergency run, outside of every window
#   end COUNT                           how many lines came before
# Modes: `run` (goes on where an earlier try of the same run was cut off), `plan` and `status` (read only), `release` (of held kernels).
# All of a run lies in /var/lib/allmende/patch/runs/STACK/KEY: order, journal, report, what was recorded.
# Read from the bottom: `main`, then `run_phases`. Every phase is journalled, with fsync, before it acts.
# shellcheck disable=SC2034,SC2154,SC2317 # order is for patch-held.sh, newest and how come from patch-kernel.sh; phases are called by their name
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
export NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1 APT_LISTCHANGES_FRONTEND=none
umask 022
base=/var/lib/allmende/patch lock=/var/lib/allmende/patch/lock tab='	'
stack='' key='' owner='' occurrence='' run='' order=/dev/null heart='' acted=0

# --- Talking: `phase NAME`, `progress TEXT`, the report's lines, and at the end `next proof|reboot` or `fatal CODE TEXT` ---
say() { printf '%s\n' "$*" 2>/dev/null || :; } # a lost connection must not end the run
progress() { say "progress$tab$1"; }
clean() { tr -d '\000-\010\013-\037\177' | sed "s/$tab/ /g"; }
report() { # FIELD...: a line of the report, on the host and to whoever watches
  line=$1; shift
  for field; do line="$line$tab$field"; done
  printf '%s\n' "$line" >>"$run/report"; say "$line"
}
report_log() { tail -n 30 "$1" | clean | sed "s/^/log$tab/" >>"$run/report"; } # FILE
leave() { # CODE: the journal and the lock stay as they are
  [ -z "$heart" ] || kill -9 "$heart" 2>/dev/null
  rm -f "${received:?}"; exit "$1"
}
die() { say "fatal$tab$1$tab$2"; leave 1; }
step() { # A named point at which a crash must do no harm. Tests (root only) write "kill NAME" or "hang NAME" to this file.
  [ -r /run/allmende.fault ] && read -r fault at </run/allmende.fault && [ "$at" = "$1" ] || return 0
  rm -f /run/allmende.fault; say "fault$tab$1"
  case $fault in kill) kill -9 0 ;; hang) sleep 600 ;; esac
}

# --- The order ---
receive() {
  cat >"$received"
  awk -F'\t' '
    function bad(why) { print why; failed = 1; exit 1 }
    ended { bad("something comes after the end") }
    /[\001-\010\013-\037\177]/ { bad("a control character in line " NR) }
    { for (i = 1; i <= NF; i++) if ($i == "") bad("an empty field in line " NR) }
    $1 == "run" && NF == 5 { for (i = 2; i <= 3; i++) if ($i !~ /^[A-Za-z0-9][A-Za-z0-9@._:+-]*$/ || length($i) > 120) bad("bad name: " $i); runs++; next }
    $1 == "now" && NF == 2 && $2 ~ /^[0-9]+$/ { next }
    $1 == "scope" && NF == 2 && $2 ~ /^(security|all)$/ { next }
    $1 == "reboot" && NF == 2 && $2 ~ /^(if-needed|never)$/ { next }
    $1 == "until" && NF == 3 && $2 ~ /^(upgrade|restart|reboot)$/ && $3 ~ /^[0-9]+$/ { next }
    $1 == "limit" && NF == 3 && $2 ~ /^(free-mib|load-percent|clock-skew-seconds|lock-seconds|settle-seconds|reboot-seconds|keep-runs)$/ && $3 ~ /^[0-9]+$/ { limits++; next }
    $1 == "backup" && NF == 3 && $2 ~ /^[0-9]+$/ && $3 ~ /^\/[^ ]*$/ { next }
    $1 == "snapshot" && NF == 2 && length($2) == 16 && $2 ~ /^[0-9]+T[0-9]+Z$/ && index($2, "T") == 9 { next }
    $1 == "package" && NF == 6 && $2 ~ /^[a-z0-9][a-z0-9+.:-]*$/ && $3 ~ /^[a-z0-9-]+$/ && $4 ~ /^[A-Za-z0-9.+:~-]+$/ &&
      $5 ~ /^[0-9][A-Za-z0-9.+:~-]*$/ && $6 ~ /^(security|other)$/ { next }
    $1 == "hold" && NF == 9 && $2 ~ /^[A-Za-z0-9][A-Za-z0-9.+~_-]*$/ && $3 ~ /^(-|[a-z0-9][a-z0-9+.-]*)$/ && $4 ~ /^(-|[0-9][A-Za-z0-9.+:~-]*)$/ { next }
    $1 == "predicted" && ($2 == "restart" && NF == 4 || $2 == "reboot" && NF == 3) { next }
    $1 == "emergency" && NF == 3 { next }
    $1 == "end" && NF == 2 { if ($2 != NR - 1) bad("lines are missing"); ended = 1; next }
    { bad("line " NR " is not understood") }
    END { if (!failed && !ended) { print "it ends early"; exit 1 } if (!failed && runs != 1) { print "it names no run"; exit 1 }
      if (!failed && limits != 7) { print "it has not all limits"; exit 1 } }' \
    "$received" >"$received.why" || { why=$(cat "$received.why"); rm -f "$received.why"; die bad-order "the order did not arrive as it was sent: $why"; }
  rm -f "$received.why"
  IFS=$tab read -r stack key owner occurrence <<END
$(sed -n "s/^run$tab//p" "$received")
END
  run=$base/runs/$stack/$key order=$base/runs/$stack/$key/order
}
ordered() { sed -n "s/^$1$tab//p" "$run/order"; } # NAME, as a pattern: `limit<tab>free-mib`
limit() { ordered "limit$tab$1"; }
too_late() { # PHASE
  latest=$(ordered "until$tab$1"); [ -n "$latest" ] && [ "$(date +%s)" -ge "$latest" ]
}

# --- Lock and journal ---
take_host() { # one process at a time on this host; transactions of apply.sh as well
  exec 9>/run/allmende.lock
  flock -n 9 && return 0
  refuse_other
  progress "waiting for what else runs on this host"
  flock -w 1800 9 || die locked "another transaction on this host does not end"
}
refuse_other() { # another run's lock: never just goes on
  [ -e "$lock" ] || return 0
  IFS=$tab read -r other_stack other_key other_owner other_since _ <"$lock"
  [ "$other_stack/$other_key" != "$stack/$key" ] || return 0
  age=$(($(date +%s) - $(stat -c %Y "$lock")))
  who="run $other_key of $other_stack by $other_owner, begun $(date -u -d "@$other_since" +%FT%TZ 2>/dev/null)"
  last=$(tail -n 1 "$base/runs/$other_stack/$other_key/journal" 2>/dev/null | cut -f 2,3 | tr '\t' ' ')
  if [ "$age" -le "$(sed -n "s/^limit${tab}lock-seconds$tab//p" "$received")" ]; then
    die locked "$who holds this host; its last sign of life is $age s old"
  fi
  die lock-expired "$who has left its lock behind: no sign of life for $age s, last in its journal: ${last:-nothing}"
}
write_order() { # an order that a power cut took away would be one to do nothing
  { cat >"$run/order.new" && sync "$run/order.new" && mv "$run/order.new" "$run/order" && sync "$run"; } ||
    die journal-unwritable "the order cannot be written: is the disk full?"
}
write_lock() {
  printf '%s\t%s\t%s\t%s\t%s\n' "$stack" "$key" "$owner" "$started" "$occurrence" >"$lock.new" && sync "$lock.new" && mv "$lock.new" "$lock" && sync "$base"
}
beat() { # the lock's time is the holder's last sign of life
  touch "$lock"; main_pid=$$
  while sleep 15 && kill -0 "$main_pid"; do [ ! -e "$lock" ] || touch -c "$lock"; done </dev/null >/dev/null 2>&1 9>&- &
  heart=$!
}
still_ours() { # a holder whose lock is gone, or which was away for too long, halts
  IFS=$tab read -r other_stack other_key _ 2>/dev/null <"$lock" || die lock-lost "the lock of this run is gone"
  [ "$other_stack/$other_key" = "$stack/$key" ] || die lock-lost "the lock belongs to $other_key of $other_stack now"
  age=$(($(date +%s) - $(stat -c %Y "$lock")))
  [ "$age" -le "$(limit lock-seconds)" ] || die lock-expired "this run was away for $age s and has lost its lock"
}
journal() { # PHASE EVENT [TEXT]
  { sync "$run/report" && printf '%s\t%s\t%s\t%s\n' "$(date +%s)" "$1" "$2" "${3:--}" >>"$run/journal" && sync "$run/journal" "$run"; } 2>/dev/null ||
    die journal-unwritable "the journal in $run cannot be written: is the disk full?"
  step "$1-$2"
}
journaled() { [ -e "$run/journal" ] && awk -F'\t' -v p="$1" -v e="$2" '$2 == p && $3 == e { found = 1 } END { exit !found }' "$run/journal"; }
phase() { # NAME: at most once per run to its end
  ! journaled "$1" end || return 0
  still_ours
  say "phase$tab$1"; journal "$1" begin
  "phase_$1"
  journal "$1" end
}
fail_run() { # CODE TEXT [LOG]: the first failure is the run's cause
  [ ! -e "$run/cause" ] || return 0
  [ -z "${3-}" ] || report_log "$3"
  printf '%s\t%s\n' "$1" "$2" >"$run/cause.new" && sync "$run/cause.new" && mv "$run/cause.new" "$run/cause"; sync "$run"
  report cause "$1" "$2"
}
failing() { [ -e "$run/cause" ]; }

# --- The phases in their order ---
begin() { # takes the lock, or goes on with a run that was cut off
  if journaled unlock end; then
    grep -qx "outcome${tab}refused" "$run/report" || { progress "this run was done before"; show_report; leave 0; }
    mv "$run" "$run~$started" # nothing was done then: it may be tried again
  fi
  refuse_other
  { mkdir -p "$run" "$base/debs" && chmod 0700 "$base"; } 2>/dev/null || die journal-unwritable "$base cannot be written: is the disk full?"
  if journaled lock end; then
    [ -e "$lock" ] || journaled unlock begin || die lock-lost "the lock of this run was removed while it was not finished"
    last=$(tail -n 1 "$run/journal" | cut -f 2,3 | tr '\t' ' ')
    [ "$last" != 'reboot end' ] || last="reboot $(sed -n "s/^reboot$tab\([a-z-]*\).*/\1/p" "$run/report" | tail -n 1)"
    progress "going on after: $last"
    keep="^(package|scope|snapshot|hold|predicted)$tab" # what is to be done stays what it was
    { grep -E "$keep" "$run/order"; grep -vE "$keep" "$received"; } | write_order
    [ ! -e "$lock" ] || write_lock
  else
    : >"$run/report"; write_order <"$received"
    journal lock begin "$owner"; write_lock || die journal-unwritable "the lock cannot be written: is the disk full?"
    report run "$stack" "$key" "$owner" "$started" "$occurrence"
    ordered emergency | while IFS=$tab read -r name reason; do report emergency "$name" "$reason"; done
    if [ -n "$(ordered snapshot)" ]; then report snapshot "$(ordered snapshot)"; fi
    held_kernels >"$run/held"; while IFS= read -r line; do report held "$line"; done <"$run/held"
    journal lock end
  fi
  if [ -n "$(ordered snapshot)" ]; then pin "$(ordered snapshot)" "$base/lists"; fi
  pin_held "$run/preferences"
  [ ! -e "$lock" ] || beat
}
come_back() { # WHAT: the runner opens a new connection for what follows
  say "next$tab$1"; leave 0
}
prove() { # PHASE: not over the connection over which something was done
  journaled "$1" end || [ "$acted" = 0 ] || come_back proof
  phase "$1"
}
run_phases() {
  phase check
  failing || phase record
  failing || phase fetch
  if ! journaled upgrade begin && failing; then conclude refused; fi
  phase upgrade
  failing || phase restart
  failing || phase reboot
  failing || prove proof
  if ! failing; then conclude 'done'; fi
  phase rollback
  phase recover
  prove reproof
  if [ -e "$run/broken" ]; then conclude broken; else conclude rolled-back; fi
}
conclude() { # OUTCOME
  if ! journaled unlock begin; then
    [ "$1" != 'done' ] || prune_debs
    report outcome "$1"; sync "$run/report"
    journal unlock begin "$1"
  fi
  rm -rf "$base/lists"; rm -f "$lock"; sync "$base"; step unlocked
  journal unlock end "$1"; prune_runs
  show_report; leave 0
}
prune_runs() { # the oldest of those that have ended; what was cut off stays, and so does the last proven one
  awk -F'\t' '$2 == "unlock" && $3 == "end" { print $1 "\t" $4 "\t" FILENAME }' "$base"/runs/*/*/journal | sort -rn |
    awk -F'\t' -v keep="$(limit keep-runs)" '$2 == "done" && !proven++ { next } NR > keep { sub(/\/journal$/, "", $3); print $3 }' | xargs -r rm -rf
}
show_report() {
  say begin-report
  cat "$run/report"; sed "s/^/journal$tab/" "$run/journal"
  say end-report
}
phase_reboot() { # only if needed and allowed; that the boot id is another one proves that it has happened
  if [ ! -e "$run/reboot-from" ]; then
    why=$(reboot_reason) but=''
    avoid_held || but="it would take the kernel $newest, which is held: $how"
    [ -n "$why" ] || { progress "not needed"; report reboot not-needed -; return; }
    [ "$(ordered reboot)" = if-needed ] || { report reboot deferred "needed ($why), not allowed in this run"; return; }
    [ -z "$but" ] || { report reboot deferred "needed ($why), but $but"; return; }
    needs=$(reboot_seconds) latest=$(ordered "until${tab}reboot")
    if [ -n "$latest" ] && [ $(($(date +%s) + needs)) -gt "$latest" ]; then
      report reboot deferred "needed ($why), but it takes $needs s and the window closes before that"; return
    fi
    report reboot needed "$why"; try_newest_kernel
    stop_services
    cp /proc/sys/kernel/random/boot_id "$run/reboot-from.new" && sync "$run/reboot-from.new" && mv "$run/reboot-from.new" "$run/reboot-from"
  fi
  if [ "$(cat "$run/reboot-from")" = "$(cat /proc/sys/kernel/random/boot_id)" ]; then
    journal reboot act
    [ "$(systemctl is-system-running)" = stopping ] || systemctl reboot >/dev/null 2>&1
    come_back reboot
  fi
  report reboot 'done' "$(cat /proc/sys/kernel/random/boot_id)" "$(cat "$run/reboot-from")"
}
reboot_seconds() { # what the slowest known one took from the order to boot to the end of its proof, or what the order says
  awk -F'\t' '$2 == "reboot" && $3 == "act" { from = $1 } from && $2 == "proof" && $3 == "end" { if ($1 - from > most) most = $1 - from; from = 0 }
    END { if (most) print most }' "$base"/runs/*/*/journal 2>/dev/null | grep . || limit reboot-seconds
}

main() {
  started=$(date +%s)
  trap '' HUP PIPE # from here on a lost connection ends nothing half-way
  cd / && received=/run/allmende-patch.$$ && : >"$received" || exit 1
  for left in /run/allmende-patch.*; do [ -d "/proc/${left##*.}" ] || rm -f "$left"; done # of tries that were killed
  case ${1-} in
    plan) cat >"$received"; plan_packages; leave 0 ;;
    status) show_state; leave 0 ;;
    release) cat >"$received"; release_held; leave 0 ;;
  esac
  trap '' INT TERM
  receive
  take_host
  begin
  run_phases
}
main "${1-}"
