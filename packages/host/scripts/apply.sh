#!/bin/sh
# Allmende: one transaction on this host. Always this same text; all that varies comes as data on standard input, a tar
# stream of `plan` (tab-separated lines), the scripts that this one uses, and `files/...` (each file's content below its final path).
#   resource KEY ACTION MEMBER UID RAM MEMORYMAX TASKSMAX IMAGE AUTHFILE   ACTION: put, live (resize), remove, purge (and data)
#   file KEY MODE UID GID SHA256 EFFECT PATH     dir KEY MODE UID GID PATH     EFFECT: restart or quiet
#   package KEY NAME   port KEY tcp|udp PORT   volume|secret|network KEY NAME   spec KEY JSON (manifests only)
#   yields KEY HOLDER  (plans only) the service HOLDER is stopped when KEY, which gets its ports, is started
# KEY is host, member.NAME or service.MEMBER.NAME. A manifest (/var/lib/allmende/manifests/KEY) holds the same lines.
# Read from the bottom: `main` is the transaction, step by step. One failing resource never stops its neighbours.
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
umask 022
base=/var/lib/allmende work=/var/lib/allmende/work etc_new=/etc/.allmende.new journal=/var/lib/allmende/journal tab='	'

# --- Talking: lines on standard output, `progress KEY TEXT`, `log KEY TEXT`, `result KEY STATE CODE MESSAGE` ---
say() { printf '%s\n' "$*" 2>/dev/null || :; } # a lost connection must not end the transaction
progress() { say "progress$tab$1$tab$2"; }
result() { say "result$tab$1$tab$2$tab${3:--}$tab${4:--}"; }
failed() { [ -e "$work/failed/$1" ]; }
fail() { # KEY CODE MESSAGE [LOG]: the first failure of a resource is the one that counts
  failed "$1" && return 0
  : >"$work/failed/$1"
  [ -z "${4-}" ] || tail -n 30 "$4" | sed "s/^/log$tab$1$tab/" 2>/dev/null || :
  result "$1" failed "$2" "$3"
}
die() { say "fatal$tab$1$tab$2"; rm -rf "$etc_new" "$work"; exit 1; }
step() { # A named point at which a crash must do no harm. Tests (root only) write "kill NAME" or "hang NAME" to this file.
  [ -r /run/allmende.fault ] && read -r fault at </run/allmende.fault && [ "$at" = "$1" ] || return 0
  rm -f /run/allmende.fault; say "fault$tab$1"
  case $fault in kill) kill -9 0 ;; hang) sleep 600 ;; esac
}

# --- Members side by side (members.sh: how they are reached) ---
# Descriptor 9 is the transaction's lock, 8 the semaphore of `in_parallel`: what runs on must inherit neither (`8>&- 9>&-`).
in_parallel() { # FUNCTION UID...: one job per member, one more at a time than there are CPUs
  [ $# -gt 1 ] || return 0
  job=$1; shift
  mkfifo "$work/slots" && exec 8<>"$work/slots" && rm "$work/slots"
  slot=$(nproc); while [ "$slot" -ge 0 ]; do echo >&8; slot=$((slot - 1)); done
  for uid; do read -r slot <&8; { "$job" "$uid"; echo >&8; } & done
  wait; exec 8>&-
}
members_of() { awk -F'\t' -v a="$1" '$1 ~ /^service/ && $2 ~ a && !seen[$4]++ { print $4 }' "$work/todo"; } # ACTIONS (a pattern): prints UIDs
services_of() { awk -F'\t' -v u="$1" -v a="$2" '$1 ~ /^service/ && $4 == u && $2 ~ a' "$work/todo"; } # UID ACTIONS: prints their lines

# --- Receiving: nothing is touched before the whole stream is here and proves to be what was sent ---
receive() {
  rm -rf "$work" "$etc_new"; mkdir -p "$base/manifests" "$base/previous" "$work" || die unwritable "$base cannot be written: is the disk full?"
  chmod 0711 "$base"; chmod 0700 "$base/manifests" "$base/previous" "$work"
  why=$(tar -x -m -p --numeric-owner -C "$work" -f - 2>&1) || die stream-truncated "the transaction did not arrive as a whole: ${why%%
*}"
  [ -r "$work/plan" ] || die stream-truncated "the transaction did not arrive as a whole"
  awk -f "$work/check-plan.awk" "$work/plan" >"$work/reason" ||
    die bad-plan "the plan is not understood: $(cat "$work/reason" 2>/dev/null)"
  awk -F'\t' '$1 == "file" { print $6 "  files" $8 }' "$work/plan" >"$work/sums"
  [ ! -s "$work/sums" ] || (cd "$work" && sha256sum -c --quiet --strict sums) >/dev/null 2>&1 || die stream-truncated "files did not arrive as they were sent"
  [ ! -d "$work/files/etc" ] || mv "$work/files/etc" "$etc_new" # beside its targets: /var may be another file system
  [ ! -d "$etc_new" ] || chmod 0700 "$etc_new"
  mkdir "$work/failed" "$work/ops"
}

# --- Comparing: one sha256sum, one stat, one awk for everything that is there, was there and is wanted ---
# A line of `todo`: KEY ACTION MEMBER UID RAM MEMORYMAX TASKSMAX IMAGE AUTHFILE, then CHANGED (any file differs), RESTART (one that its
# unit depends on does), HAD (it was there before). `ops/KEY`: write, access (owner or mode only), delete, mkdir, rmdir; shared and
# mkdir-shared when another resource earlier in this plan does it too: once is enough.
compare() {
  set -- "$base"/manifests/*; [ -e "$1" ] || set -- /dev/null
  awk -F'\t' '($1 == "file" || $1 == "dir") && !seen[$NF]++ { print $NF }' "$work/plan" "$@" |
    xargs -r -d '\n' stat --printf '%n\t%a\t%u\t%g\n' >"$work/access" 2>/dev/null
  awk -F'\t' '$1 == "file" && !seen[$NF]++ { print $NF }' "$work/plan" "$@" | xargs -r -d '\n' sha256sum >"$work/digests" 2>/dev/null
  awk -f "$work/compare.awk" -v ops="$work/ops/" -v manifests="$base/manifests/" \
    part=digests "$work/digests" part=access "$work/access" part=old "$@" part=new "$work/plan" >"$work/todo"
}

# --- Files: keep the previous version, write the journal, rename into place; and the way back ---
save() { # KEY: `previous/KEY/list` says for each path that is written, shared or deleted whether it was there; `files` holds it
  [ ! -e "$base/previous/$1" ] || rm -rf "$base/previous/$1"
  mkdir -p "$base/previous/$1/files" || return 1
  while IFS=$tab read -r op mode owner group path; do
    case $op in write | access | shared | delete) if [ -e "$path" ]; then echo "yes$tab$path"; else echo "no$tab$path"; fi || return 1 ;; esac
  done <"$work/ops/$1" >"$base/previous/$1/list"
  sed -n "s/^yes$tab//p" "$base/previous/$1/list" | xargs -r -d '\n' cp -a --parents -t "$base/previous/$1/files"
}
carry_out() { # KEY STEP: each file by one rename
  while IFS=$tab read -r op mode owner group path; do
    case $op in
      mkdir) install -d -m "$mode" -o "$owner" -g "$group" "$path" ;;
      mkdir-shared) [ -d "$path" ] || install -d -m "$mode" -o "$owner" -g "$group" "$path" ;;
      write | shared) case $path in /etc/*) new=$etc_new/${path#/etc/} ;; *) new=$work/files$path ;; esac
        [ "$op" = write ] || [ -e "$new" ] || continue # who shares it has put it in place, unless that one has failed
        [ -d "${path%/*}" ] || mkdir -p "${path%/*}"; mv -T "$new" "$path" || fail "$1" write-failed "cannot write $path" ;;
      access) chown "$owner:$group" "$path" && chmod "$mode" "$path" ;;
      delete) rm -f "$path"; tidy "${path%/*}" ;;
      rmdir) rmdir --ignore-fail-on-non-empty "$path" 2>/dev/null ;;
    esac
    step "$2"
  done <"$work/ops/$1"
}
tidy() { # DIRECTORY: ours and now empty
  case $1 in
    "$base"/*) rmdir -p --ignore-fail-on-non-empty "$1" ;;
    /etc/containers/systemd/users/* | *.conf.d | *.target.d | *.slice.d | /etc/allmende) rmdir --ignore-fail-on-non-empty "$1" ;;
  esac 2>/dev/null
}
restore() { # KEY: back to what `save` kept; may be repeated
  [ -r "$base/previous/$1/list" ] || return 0
  [ -e "$base/previous/$1/files$base/manifests/$1" ] || rm -f "$base/manifests/$1"
  while IFS=$tab read -r was path; do
    if [ "$was" = yes ]; then
      mkdir -p "${path%/*}"
      { cp -a "$base/previous/$1/files$path" "$path.allmende-old" && mv -T "$path.allmende-old" "$path"; } || rm -f "$path.allmende-old"
    elif ! grep -lsF "$tab$path" "$base"/manifests/* | grep -qvxF "$base/manifests/$1"; then # no other resource owns it
      rm -f "$path"; tidy "${path%/*}"
    fi
  done <"$base/previous/$1/list"
}
commit() { # KIND: every changed resource of this kind that has not failed
  saved='' full="the previous version cannot be kept: is the disk full?"
  keys=$(awk -F'\t' -v kind="$1" 'index($1, kind) == 1 && $2 ~ /^(put|live)$/ && $10 { print $1 }' "$work/todo")
  for key in $keys; do
    if failed "$key"; then continue; fi
    if save "$key"; then saved="$saved $key"; else fail "$key" save-failed "$full"; fi
  done
  [ -n "$saved" ] || return 0
  sync -f "$base" /etc; step "$1-saved"
  # shellcheck disable=SC2086 # keys have no blanks
  if ! { printf 'begin\t%s\n' $saved >>"$journal" && sync "$journal" "$base"; }; then
    for key in $saved; do fail "$key" save-failed "$full"; done; return
  fi
  step "$1-journaled"
  for key in $saved; do
    carry_out "$key" "$1-swap"; ! failed "$key" || { restore "$key"; settled "$key"; }
  done
  step "$1-swapped"
}
settled() { # KEY: committed or put back, a later transaction need not care
  printf 'done\t%s\n' "$1" >>"$journal"
  [ -e "$base/previous/$1/files$base/manifests/$1" ] || rm -rf "${base:?}/previous/$1" # there was none
}
recover() { # An earlier transaction did not end: put its resources' previous versions back, their units as well
  [ -e "$journal" ] || return 0
  awk -F'\t' '$1 == "begin" { open[$2] = 1 } $1 == "done" { delete open[$2] } END { for (key in open) print key }' "$journal" >"$work/open"
  while read -r key; do
    progress "$key" "an earlier transaction was interrupted: putting the previous version back"; step recover
    restore "$key"; member=${key#*.} uid=$(id -u "${member%.*}" 2>/dev/null) # of a first put, there is no manifest yet
    case $key in service.*) ! manager_runs "${uid:-none}" || echo "$uid ${key##*.}" ;; esac >>"$work/again"
  done <"$work/open"
  derive
  [ ! -s "$work/again" ] || sort -u "$work/again" | while read -r uid name; do
    [ "$uid" = "${last-}" ] || as_member "$uid" systemctl --user daemon-reload; last=$uid
    if [ -e "/run/user/$uid/systemd/generator/$name.service" ]; then as_member "$uid" systemctl --user restart "$name.service"
    else as_member "$uid" systemctl --user stop "$name.service"; as_member "$uid" systemctl --user reset-failed "$name.service"; fi >/dev/null 2>&1
  done
  sync -f "$base" /etc
  while read -r key; do settled "$key"; done <"$work/open"
  rm -f "$journal"
}

# --- What follows from all manifests together: /etc/subuid, /etc/subgid and each member's slice ---
# A limit that shrank before the units that use it have stopped would kill them: hence `grow` first, and exact at the end.
derive() { # [grow]: not in parallel; `grow` only raises live limits, before units start; without, they become exact
  set -- "${1:-exact}" "$base"/manifests/*; [ -e "$2" ] || set -- "$1" /dev/null
  how=$1; shift
  rm -rf "$work/derived" "$work/limits"; mkdir "$work/derived"
  awk -f "$work/derive.awk" -v out="$work/derived" -v limits="$work/limits" -v todo="$work/todo" "$@" >"$work/derived.list"
  while IFS=$tab read -r new path; do mkdir -p "${path%/*}"; cp "$new" "$path.allmende-new" && mv -T "$path.allmende-new" "$path"; done <"$work/derived.list"
  [ -e "$work/limits" ] || return 0
  while IFS=$tab read -r slice bytes threads; do
    live=; read -r live 2>/dev/null <"/sys/fs/cgroup/user.slice/user-$slice.slice/memory.max" || continue
    [ "$live" != "$bytes" ] || continue
    [ "$how" = exact ] || [ "$live" = max ] || [ "$live" -lt "$bytes" ] || continue
    set -- "/etc/systemd/system.control/user-$slice.slice.d"; [ ! -e "$1" ] || rm -rf "$1" # what somebody set for good
    systemctl set-property --runtime "user-$slice.slice" "MemoryMax=$bytes" MemorySwapMax=0 "TasksMax=$threads" 2>/dev/null
  done <"$work/limits"
}

# --- The host and the members ---
install_packages() {
  awk -F'\t' '$1 == "package" { print $3 }' "$work/plan" >"$work/packages"
  [ -s "$work/packages" ] || return 0
  # shellcheck disable=SC2016,SC2094 # the fields are dpkg's; packages is only read
  xargs dpkg-query -W -f '${Package} ${db:Status-Status}\n' <"$work/packages" 2>/dev/null |
    awk 'FNR == NR { if ($2 == "installed") there[$1] = 1; next } !($1 in there)' - "$work/packages" >"$work/missing"
  [ -s "$work/missing" ] || return 0
  progress host "installing $(tr '\n' ' ' <"$work/missing")"
  { apt-get -o DPkg::Lock::Timeout=300 update && xargs apt-get -o DPkg::Lock::Timeout=300 -y --no-install-recommends install <"$work/missing"; } \
    >"$work/apt.log" 2>&1 8>&- 9>&- || fail host packages-failed "apt could not install $(tr '\n' ' ' <"$work/missing")" "$work/apt.log"
}
settle_units() { # the host's own, allmende-NAME.*: one that has gone ends, and what it kept in /var/lib/allmende/NAME goes; a new timer starts
  [ -e "$work/ops/host" ] || return 0
  awk -F'\t' '$5 ~ "^/etc/systemd/system/allmende-" { sub(".*/", "", $5); print $1 "\t" $5 }' "$work/ops/host" | while IFS=$tab read -r op unit; do
    case $op:$unit in
      delete:*) systemctl stop "$unit"; systemctl reset-failed "$unit"; own=${unit#allmende-} own=${own%.*}; rm -rf "$base/${own:?}" ;;
      write:*.timer) systemctl restart "$unit" || return 1 ;;
    esac
  done >"$work/host.log" 2>&1
}
settle_host() { # what reads the host's files is told about them
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    [ "$key:$action" = host:put ] || continue
    failed host && return
    if [ "$changed" = 1 ]; then
      /usr/lib/systemd/systemd-sysctl /etc/sysctl.d/60-allmende.conf 2>/dev/null
      systemctl daemon-reload; systemctl try-restart systemd-journald.service
      settle_units || fail host timer-not-started "a timer of the host's own does not start" "$work/host.log"
      settled host
    fi
    systemctl start network-online.target >"$work/host.log" 2>&1 || fail host not-online "network-online.target does not start" "$work/host.log"
    failed host || if [ "$changed" = 1 ]; then result host applied; else result host unchanged; fi
  done <"$work/todo"
}
check_members() { # nobody else may have the name or the number, and what a former member left at home is not given to another
  while IFS=$tab read -r key action member uid rest; do
    case $key:$action in member.*:put) ;; *) continue ;; esac
    owner=$(stat -c %u "/home/$member" 2>/dev/null) && [ "$owner" != "$uid" ] && ! id "$member" >/dev/null 2>&1 &&
      fail "$key" home-taken "/home/$member belongs to number $owner, not to $member ($uid)"
    getent passwd "$member" "$uid" | while IFS=: read -r name _ id _; do
      [ "$name:$id" = "$member:$uid" ] || fail "$key" account-taken "the account $name ($id) exists and is not $member ($uid)"
    done
  done <"$work/todo"
}
settle_members() {
  awk -F'\t' '/^member/ && $2 == "put" && $10 { print "/etc/sysusers.d/allmende-" $3 ".conf" }' "$work/todo" >"$work/sysusers"
  [ ! -s "$work/sysusers" ] || { xargs systemd-sysusers <"$work/sysusers"; sed s/sysusers/tmpfiles/ "$work/sysusers" | xargs systemd-tmpfiles --create; } >"$work/members.log" 2>&1
  while IFS=$tab read -r key action member uid ram max tasks image auth changed restart had; do
    case $key:$action in member.*:put) ! failed "$key" || continue ;; *) continue ;; esac
    if [ "$(id -u "$member" 2>/dev/null)" != "$uid" ]; then
      fail "$key" no-account "the account $member could not be made" "$work/members.log"; restore "$key"; settled "$key"; continue
    fi
    [ "$changed" = 0 ] || settled "$key"
    manager_runs "$uid" || { changed=1; echo "user@$uid.service" >>"$work/managers"; }
    if [ "$changed" = 1 ]; then result "$key" applied; else result "$key" unchanged; fi
  done <"$work/todo"
}

# --- Removing members and the host: exactly what their manifests own (services: services.sh) ---
without_data() { # UID MEMBER: images go with the member; true when there is no volume, nor any file of somebody's: then the home can go, too
  as_member "$1" podman image prune --all --force >/dev/null 2>&1
  data=$(as_member "$1" podman volume ls --quiet 2>/dev/null && somebodys_file "/home/$2") || data=unknown
  end_pause "$1"
  [ -z "$data" ]
}
remove_members() {
  while IFS=$tab read -r key action member uid rest; do
    case $key:$action in member.*:remove | member.*:purge) ;; *) continue ;; esac
    set -- "$base/manifests/service.$member".*
    [ ! -e "$1" ] || { fail "$key" member-has-services "$member still has services here: ${1##*.}"; continue; }
    if [ "$action" = remove ] && manager_runs "$uid" && without_data "$uid" "$member"; then action=purge; fi
    systemctl stop "user@$uid.service" "user-runtime-dir@$uid.service" "user-$uid.slice" >/dev/null 2>&1
    [ ! -e "$work/ops/$key" ] || carry_out "$key" remove
    rm -rf "/etc/systemd/system/user-$uid.slice.d" "/etc/systemd/system.control/user-$uid.slice.d" \
      "/run/systemd/system.control/user-$uid.slice.d" "$base/previous/$key" "/var/lib/systemd/linger/$member"
    ! id "$member" >/dev/null 2>&1 || userdel "$member" >/dev/null 2>&1
    [ "$action" = remove ] || rm -rf "/home/${member:?}"
    result "$key" applied
  done <"$work/todo"
}
remove_host() {
  grep -qE "^host$tab(remove|purge)" "$work/todo" || return 0
  set -- "$base"/manifests/member.*
  if [ -e "$1" ]; then fail host host-has-members "members still have accounts here: ${1##*/}"; return; fi
  [ ! -e "$work/ops/host" ] || carry_out host remove
  rm -rf "$base/previous/host"; systemctl daemon-reload; systemctl try-restart systemd-journald.service; settle_units; result host applied
}

main() {
  trap '' HUP PIPE # from here on a lost connection ends nothing half-way
  cd / && exec 9>/run/allmende.lock
  flock -n 9 || { progress - "waiting for another transaction on this host"; flock -w 1800 9 || die locked "another transaction does not end"; }
  receive; step received
  # shellcheck source=members.sh
  . "$work/members.sh"
  # shellcheck source=services.sh
  . "$work/services.sh"
  recover
  compare; step compared
  # shellcheck disable=SC2046 # uids
  in_parallel remove_services $(members_of 'remove|purge')
  remove_members
  install_packages
  trap '' INT TERM # nor does a stopped client, once files are being swapped
  commit host; settle_host
  check_members; commit member; derive grow; settle_members
  # shellcheck disable=SC2046 # uids
  in_parallel prepare_services $(members_of 'put|live'); step prepared
  check_needs; commit service; derive grow; hand_over
  # shellcheck disable=SC2046 # uids
  in_parallel finish_services $(members_of 'put|live'); hand_back; step finished
  [ ! -e "$work/managers" ] || xargs systemctl start <"$work/managers" # of members without services
  remove_host; derive
  sync -f "$base" /etc /home; rm -f "$journal"
  say observation; sh "$work/inspect.sh" inspect </dev/null; say end
  rm -rf "$work" "$etc_new"
  set -- "$base"/manifests/*; [ -e "$1" ] || rm -rf "$base" # nothing here is ours any more; the lock stays, empty: who waits for it must wait for the same file
}
main
