#!/bin/sh
# What a runner does for a change that somebody proposes. The code that runs is that of the branch which is checked out; the change is
# data: its commits are fetched, and none of its files ever lies on the disk. Always this same text, in two steps:
#   fetch   fetches the change; does it touch the inventory? Then OUT/touched is there
#   check   `allmende request check`: OUT/comment.md (at most 60,000 characters), OUT/result with "success" or "failure"; its exit code
# All that varies comes from the environment:
#   STACK_FOLDER  the stack's folder, as seen from the repository's root
#   CHANGE_REF    where the forge keeps the change: refs/pull/7/head
#   HEAD_COMMIT   the commit of it that is looked at, in full: what is pushed meanwhile is another check's
#   AUTHOR        login of whoever opened it
#   COMMENT_LANGUAGE  of the comment, de or en; en when empty
#   FORGE_TOKEN   may read the repository; only for `fetch`, may be empty
#   OUT           folder for the result (made anew by `fetch`)
set -u
cd "$(dirname "$0")/../.." || exit 1

: "${STACK_FOLDER:?is not set: name the folder of the stack}" "${OUT:?is not set}" "${HEAD_COMMIT:?is not set}"

tell() { # NAME VALUE: to the steps and jobs that follow, at GitHub and Forgejo
  [ -z "${GITHUB_OUTPUT:-}" ] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}
refuse() { printf '%s\n' "$1" >&2; exit 2; }

case $HEAD_COMMIT in *[!0-9a-f]*) refuse "HEAD_COMMIT is no commit" ;; esac
[ ${#HEAD_COMMIT} -eq 40 ] || [ ${#HEAD_COMMIT} -eq 64 ] || refuse "HEAD_COMMIT is no whole id of a commit"

fetch() {
  case ${CHANGE_REF:-} in
    refs/*[!0-9a-z/-]*) refuse "CHANGE_REF is no ref of a change" ;;
    refs/*) ;;
    *) refuse "CHANGE_REF is no ref of a change" ;;
  esac
  rm -rf "$OUT"; mkdir -p "$OUT" || exit 1
  if [ -n "${FORGE_TOKEN:-}" ]; then # as a setting in the environment: in no argument, in no file
    basic=$(printf 'x-access-token:%s' "$FORGE_TOKEN" | base64 | tr -d '\n')
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.extraHeader "GIT_CONFIG_VALUE_0=Authorization: Basic $basic"
  fi
  git fetch --quiet --no-tags --no-recurse-submodules --no-write-fetch-head origin "$CHANGE_REF" || exit $?
  unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0 FORGE_TOKEN
  git cat-file -e "$HEAD_COMMIT^{commit}" || refuse "the commit $HEAD_COMMIT was replaced by another one: that is checked by itself"
  # Compared as it would be merged: from where the branches parted.
  git diff --quiet --no-ext-diff --merge-base HEAD "$HEAD_COMMIT" -- "$STACK_FOLDER"
  case $? in
    0) printf 'the change touches nothing in %s\n' "$STACK_FOLDER" ;;
    1) : >"$OUT/touched"; tell touched yes ;;
    *) refuse "the change has nothing in common with this branch" ;;
  esac
}

check() {
  set -- request check --folder "$STACK_FOLDER" --base HEAD --head "$HEAD_COMMIT" --lang "${COMMENT_LANGUAGE:-en}"
  [ -z "${AUTHOR:-}" ] || set -- "$@" "--author=$AUTHOR"
  # Whatever the change does to the program, there is no token in reach of it.
  env -i PATH="$PATH" HOME="${HOME:-/}" node packages/cli/bin/allmende.js "$@" >"$OUT/check.md" 2>"$OUT/errors"
  status=$?
  cat "$OUT/check.md"; cat "$OUT/errors" >&2
  {
    head -c 60000 "$OUT/check.md"
    if [ ! -s "$OUT/check.md" ]; then # it did not get as far as saying what stands against it
      printf 'The check did not succeed (exit code %s): see its log.\n\nDie Prüfung ist nicht gelungen: siehe ihr Protokoll.\n' "$status"
    elif [ "$(wc -c <"$OUT/check.md")" -gt 60000 ]; then
      printf '\n\n…\n'
    fi
    printf '\n<sub>%s</sub>\n' "$HEAD_COMMIT"
  } >"$OUT/comment.md"
  if [ "$status" -eq 0 ]; then printf 'success\n'; else printf 'failure\n'; fi >"$OUT/result"
  # In one line of letters and digits: whatever stands in it, it is one value.
  tell comment "$(base64 <"$OUT/comment.md" | tr -d '\n')"
  exit "$status"
}

case ${1:-} in
  fetch) fetch ;;
  check) check ;;
  *) refuse "say what to do: fetch or check" ;;
esac
