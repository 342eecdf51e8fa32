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
#   MEMORY         folder that outlives the runner: which mails were sent, and last copies of calendars of blackouts
# One part that fails keeps no other from being done. The exit code is that of the first that failed.
set -u
cd "$(dirname "$0")/../.." || exit 1

# shellcheck source=./runner.sh
. templates/workflows/runner.sh

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
  allmende patch report "$STACK_FOLDER" --timeout 60 --html "$OUT/report.html" --json >"$OUT/report.json" || failed $? "the report"
}

main() {
  begin
  [ "${WHAT:-window}" != window ] || tell_members
  [ -n "$interrupted" ] || patch
  [ -n "$interrupted" ] || report
  exit "$status"
}
main
