#!/bin/sh
# What a runner does after a merge, and once a day: who approved what was merged is proven, then it is applied; the staging stack of
# work.yaml comes first. Always this same text; all that varies comes from the environment:
#   STACK_FOLDER   the stack's folder, as seen from the repository's root
#   FORGE_TOKEN    may read changes and their reviews at the forge; may be empty where merge commits tell who approved
#   SSH_PRIVATE_KEY  key of the login to the hosts, where the stack's configuration has none; may be empty
#   OUT            folder for what people keep: approvals, result, the state of each request, a summary (made anew)
#   MEMORY         folder that outlives the runner: which mails were sent, and who is still to be told what
#   GITHUB_STEP_SUMMARY  file that the forge shows beside the job; may be empty
# Nothing is applied unless everything was approved. The exit code is that of the first part that failed.
set -u
cd "$(dirname "$0")/../.." || exit 1

# shellcheck source=./runner.sh
. templates/workflows/runner.sh

approved() {
  heading "Approvals"
  allmende request approved "$STACK_FOLDER" --json >"$OUT/approved.json"
  code=$?
  cat "$OUT/approved.json"
  [ "$code" -eq 0 ] || failed "$code" "proving who approved"
}

apply() {
  heading "Apply"
  allmende request apply "$STACK_FOLDER" --json >"$OUT/apply.json" || failed $? "applying"
  cat "$OUT/apply.json"
}

summary() {
  heading "Requests"
  allmende request list --folder "$STACK_FOLDER" >"$OUT/requests.txt" || failed $? "reading the requests"
  cat "$OUT/requests.txt"
  {
    if [ "$status" -eq 0 ]; then printf '## Requests: applied\n\n'; else printf '## Requests: failed (exit code %s)\n\n' "$status"; fi
    # Indented, it is text whatever stands in it.
    sed 's/^/    /' "$OUT/requests.txt"
  } >"$OUT/summary.md"
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$OUT/summary.md" >>"$GITHUB_STEP_SUMMARY"
}

main() {
  begin
  approved
  [ "$status" -ne 0 ] || [ -n "$interrupted" ] || apply
  [ -n "$interrupted" ] || summary
  [ "$status" -ne 0 ] || [ -z "$interrupted" ] || status=130
  exit "$status"
}
main
