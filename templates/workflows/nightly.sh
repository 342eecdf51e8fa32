#!/bin/sh
# What a nightly runner does for one stack: members are told of windows to come, hosts whose window is open are patched, a
# report is written. Always this same text; all that varies comes from the environment:
#   STACK_FOLDER   the stack's folder, as seen from the repository's root
#   WHAT           window (what is open now, and nothing otherwise), emergency (now, outside of every window) or resume (finish
#                  runs that were cut off); window when empty
#   REASON, BY     why an emergency cannot wait and who decided it: needed for it, recorded on the hosts
#   WINDOW         only this window; may be empty
#   SSH_PRIVATE_KEY  key of the login to the hosts, where the stack's configuration has none; may be empty
#   OUT            folder for what people keep: notices, the run's result, the report (made anew)
#   MEMORY         folder that outlives the runner: which mails were sent
# One part that fails keeps no other from being done. The exit code is that of the first that failed.
# shellcheck disable=SC2317 # some functions are called by traps
set -u
umask 077
cd "$(dirname "$0")/../.." || exit 1

: "${STACK_FOLDER:?is not set: name the folder of the stack}" "${OUT:?is not set}" "${MEMORY:?is not set}"
status=0 child='' interrupted=''

allmende() { # a runner that is told to end tells this shell alone
  node packages/cli/bin/allmende.js "$@" &
  child=$!
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || return "$code"
  done
}
interrupt() { # what has begun on hosts comes to an end; nothing more begins
  interrupted=yes
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
heading() { printf '\n== %s\n' "$1"; }
failed() { # CODE WHAT
  printf '%s failed (exit code %s)\n' "$2" "$1" >&2
  [ "$status" -ne 0 ] || status=$1
}

# A mail is sent once because .state remembers it; a fresh checkout has no .state.
recall() {
  mkdir -p "$MEMORY" "$STACK_FOLDER/.state"
  for known in "$MEMORY"/mail-*.jsonl; do
    if [ -e "$known" ]; then cp "$known" "$STACK_FOLDER/.state/"; fi
  done
}
remember() {
  for sent in "$STACK_FOLDER"/.state/mail-*.jsonl; do
    if [ -e "$sent" ]; then cp "$sent" "$MEMORY/"; fi
  done
}

start_agent() { # the key is read from standard input, and lies in no file
  [ -n "${SSH_PRIVATE_KEY:-}" ] || return 0
  eval "$(ssh-agent -s)" >/dev/null
  printf '%s\n' "$SSH_PRIVATE_KEY" | ssh-add -q - || failed $? "reading SSH_PRIVATE_KEY"
  unset SSH_PRIVATE_KEY
}
finish() {
  remember
  [ -z "${SSH_AGENT_PID:-}" ] || ssh-agent -k >/dev/null
}

tell_members() {
  [ -e "$STACK_FOLDER/inventory/mail.yaml" ] || [ -e "$STACK_FOLDER/inventory/mail.yml" ] || return 0
  heading "Notices to members"
  allmende patch notify "$STACK_FOLDER" --json >"$OUT/notify.json" || failed $? "telling members"
  cat "$OUT/notify.json"
}

patch() {
  heading "Patch run: ${WHAT:-window}"
  set -- patch run "$STACK_FOLDER" --json
  case ${WHAT:-window} in
    window) ;;
    emergency) set -- "$@" --emergency "--reason=${REASON:-}" "--by=${BY:-}" ;;
    resume) set -- "$@" --resume ;;
    *) printf 'WHAT is window, emergency or resume, not %s\n' "$WHAT" >&2; failed 2 "the patch run"; return ;;
  esac
  [ -z "${WINDOW:-}" ] || set -- "$@" "--window=$WINDOW"
  allmende "$@" >"$OUT/run.json" || failed $? "the patch run"
  cat "$OUT/run.json"
}

report() {
  heading "Report"
  allmende patch report "$STACK_FOLDER" --html "$OUT/report.html" --json >"$OUT/report.json" || failed $? "the report"
}

main() {
  rm -rf "$OUT"; mkdir -p "$OUT" || exit 1
  recall
  trap finish EXIT
  trap interrupt INT TERM
  start_agent
  [ "${WHAT:-window}" != window ] || tell_members
  [ -n "$interrupted" ] || patch
  [ -n "$interrupted" ] || report
  exit "$status"
}
main
