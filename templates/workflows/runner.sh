#!/bin/sh
# What the jobs of a runner share; they read it with `.`, from the repository's root. It takes from the environment:
#   STACK_FOLDER     the stack's folder, as seen from the repository's root
#   SSH_PRIVATE_KEY  key of the login to the hosts, where the stack's configuration has none; may be empty
#   OUT              folder for what people keep (made anew)
#   MEMORY           folder that outlives the runner: which mails were sent, who is still to be told what, and last copies of calendars of blackouts
# Each job's exit code is that of the first part that failed: `status`.
# shellcheck disable=SC2317,SC2034 # used by those who read it, and called by traps
umask 077
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

# A mail is sent once and none is forgotten, and a calendar's last copy counts while it cannot be read, because .state
# remembers them; a fresh checkout has no .state.
recall() {
  mkdir -p "$MEMORY" "$STACK_FOLDER/.state"
  for known in "$MEMORY"/mail-*.jsonl "$MEMORY"/untold-*.json; do
    if [ -e "$known" ]; then cp "$known" "$STACK_FOLDER/.state/"; fi
  done
  if [ -d "$MEMORY/calendars" ]; then cp -R "$MEMORY/calendars" "$STACK_FOLDER/.state/"; fi
}
remember() {
  for known in "$STACK_FOLDER"/.state/mail-*.jsonl "$STACK_FOLDER"/.state/untold-*.json; do
    if [ -e "$known" ]; then cp "$known" "$MEMORY/"; fi
  done
  if [ -d "$STACK_FOLDER/.state/calendars" ]; then cp -R "$STACK_FOLDER/.state/calendars" "$MEMORY/"; fi
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

begin() { # what every job that reaches hosts begins with
  rm -rf "$OUT"; mkdir -p "$OUT" || exit 1
  recall
  trap finish EXIT
  trap interrupt INT TERM
  start_agent
}
