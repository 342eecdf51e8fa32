#!/bin/sh
# Allmende: tells the hostmasters by e-mail which units failed on this host, the system's and its users' (members' services among them).
# Always this same text, started every minute by allmende-unit-failures.timer. systemd notes each failed run of a unit in the journal, also
# of one that it starts again for ever and that so never stays failed; what came since the last look is counted in STATE/state together
# with the place up to which the journal was read, so nothing is lost while no mail may or can be sent. unit-failures.awk decides.
# What varies is declared in /etc/allmende/unit-failures (see there) and /etc/allmende/unit-failures.curl, which holds the password.
# Arguments, for trying it out: a folder to look in instead of /, the seconds since 1970 that count as now, a program in journalctl's place.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
root=${1-} now=${2-$(date +%s)} journalctl=${3-journalctl} tab='	'
declared=$root/etc/allmende/unit-failures base=$root/var/lib/allmende state=$root/var/lib/allmende/unit-failures
[ -s "$declared" ] || { echo "<3>$declared is missing"; exit 1; }
mkdir -p "$state" && cd "$state" || exit 1
[ -e state ] || : >state

decide() { # MODE: from the state, what is declared, and the names of users and services
  ls "$base/manifests" >names 2>/dev/null
  awk -v mode="$1" -v now="$now" -f "$root/etc/allmende/unit-failures.awk" part=state FS="$tab" state part=declared "$declared" \
    part=users FS=: "$root/etc/passwd" part=names FS="$tab" names part=journal "${2-/dev/null}"
}
keep() { # MODE [JOURNAL]: the next state, whole or not at all
  decide "$@" >state.new || exit 1
  cmp -s state.new state || { sync state.new && mv state.new state; } || exit 1
}

# What failed since the last look; at the first one, from where on.
cursor=$(sed -n "s/^cursor$tab//p" state)
if [ -z "$cursor" ]; then "$journalctl" -q -n 1 -o json --output-fields=_PID
else
  "$journalctl" -q -o json --after-cursor="$cursor" MESSAGE_ID=d9b373ed55a64feb8242e02dbe79a49c \
    --output-fields=UNIT,USER_UNIT,UNIT_RESULT,_PID,_UID,_SYSTEMD_UNIT,_SYSTEMD_USER_UNIT
fi >journal || { echo "<3>the journal cannot be read"; exit 1; }
keep collect journal

decide mail >letter || exit 1
[ -s letter ] || { rm -f journal letter names state.new; exit 0; }

lines=$(sed -n "s/^log-lines$tab//p" "$declared")
{
  sed -n "s/^header$tab//p" letter
  printf 'Date: %s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n' "$(date -R -d "@$now")"
  grep -v "^header$tab" letter | while IFS=$tab read -r kind text; do
    case $kind in
      log) "$journalctl" -q --no-hostname -o short-iso -n "$lines" --unit="$text" | cut -c 1-1000 | sed 's/^/    /' ;;
      *) printf '%s\n' "$text" ;;
    esac
  done | base64
} >mail

# The password stands in the configuration, which root alone may read; curl names no part of it when it fails.
if problem=$(curl --silent --show-error --config "$declared.curl" --upload-file mail 2>&1); then
  keep sent
  echo "<5>told the hostmasters: $(sed -n "s/^header${tab}Subject: //p" letter)"
else # no failure of this unit: a patch run would take it for one of its own, and undo that
  keep unsent
  echo "<3>the mail about failed units cannot be sent, and is tried again: $(echo "$problem" | tr "\n" " ")"
fi
rm -f journal letter mail names state.new
