#!/bin/sh
# Allmende: units in a patch run: which ones there are, and what the way back starts again. WHOSE is `system`, or the UID of a member's manager.
# Read before patch.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154 # not every field of a line is used; run, tab come from patch.sh

manager_of() { # WHOSE ARGUMENT...: systemctl of that manager
  whose=$1; shift
  if [ "$whose" = system ]; then systemctl "$@"; else as_member "$whose" systemctl --user "$@"; fi
}
all_managers() { echo system; managers | while read -r uid; do ! manager_runs "$uid" || echo "$uid"; done; }
failed_units() { # WHOSE UNIT
  all_managers | while read -r whose; do
    manager_of "$whose" list-units --state=failed --plain --no-legend </dev/null | awk -v whose="$whose" '{ print whose "\t" $1 }'
  done
}
running_units() { # WHOSE UNIT: services; sessions and terminals come and go
  all_managers | while read -r whose; do
    manager_of "$whose" list-units --type=service --state=running --plain --no-legend </dev/null | awk -v whose="$whose" '{ print whose "\t" $1 }'
  done | awk -F'\t' '$2 !~ /^(user|getty|serial-getty)@|^run-/' | sort
}
transient_units() { # WHOSE UNIT: somebody runs them by hand or from a program (systemd-run), no file declares them
  for path in /run/systemd/transient/* /run/user/*/systemd/transient/*; do
    case $path in
      *'*') ;;
      /run/user/*) owner=${path#/run/user/}; printf '%s\t%s\n' "${owner%%/*}" "${path##*/}" ;;
      *) printf 'system\t%s\n' "${path##*/}" ;;
    esac
  done
}
is_transient() { # WHOSE UNIT: now, or when the run began
  case $2 in run-*) return 0 ;; esac
  { transient_units; cat "$run/transient.before"; } 2>/dev/null | grep -qxF "$1$tab$2"
}
is_service() { # WHOSE UNIT: a member's
  awk -F'\t' -v uid="$1" -v unit="$2" '$1 == uid && $3 ".service" == unit { found = 1 } END { exit !found }' "$run/services"
}
properties() { # WHOSE UNIT: NAME=VALUE, a line each
  # shellcheck disable=SC2086 # options, none of which has a blank
  manager_of "$1" show $asked -- "$2" 2>/dev/null </dev/null
}
asked='-p Type -p LoadState -p ActiveState -p UnitFileState -p FragmentPath -p SourcePath -p DropInPaths -p ExecStartPre -p ExecStart
  -p Requires -p BindsTo -p Requisite -p PartOf -p Triggers -p TriggeredBy'
property() { printf '%s\n' "$said" | sed -nE "s/^$1=//p"; } # NAME, as a pattern, of what `said` holds

# --- The way back starts what the run stopped, and no work a second time: a backup, a migration, an invoice ---
never_again() { # WHOSE UNIT: why it is not started again; nothing when it is
  if is_transient "$1" "$2"; then echo "it is transient"; return; fi
  said=$(properties "$1" "$2")
  if [ "$(property Type)" = oneshot ]; then echo "it is a job (oneshot)"; return; fi
  case $(property TriggeredBy) in *.timer*) echo "it is a job of a timer's"; return ;; esac
  case $2 in
    *.service) grep -qxF "$1$tab$2" "$run/running.before" || echo "it did not run before" ;;
  esac
}
on_demand() { # WHOSE UNIT: it has ended by itself, and comes when somebody asks for it on the bus
  said=$(properties "$1" "$2")
  [ "$(property Type)/$(property UnitFileState)/$(property ActiveState)" = dbus/static/inactive ]
}
recover_units() {
  {
    failed_units | sort | comm -13 "$run/failed.before" - | sed "s/\$/${tab}failed/"
    # One whose package was left half-way may be stopped without having failed.
    running_units | comm -13 - "$run/running.before" | sed "s/\$/${tab}stopped/"
  } | sort -u -t "$tab" -k 1,2 | while IFS=$tab read -r whose unit how; do
    if is_service "$whose" "$unit" || on_demand "$whose" "$unit"; then continue; fi
    why=$(never_again "$whose" "$unit")
    if [ -n "$why" ]; then report check "left:$unit" warn "$unit $how during the run, and is not started again: $why"; continue; fi
    progress "starting $unit again"
    manager_of "$whose" reset-failed -- "$unit" >/dev/null 2>&1 </dev/null
    manager_of "$whose" restart -- "$unit" >/dev/null 2>&1 </dev/null 9>&-
    of=$whose; [ "$of" = system ] || of=$(id -nu "$of")
    report restarted "$of" "$unit"
  done
}
