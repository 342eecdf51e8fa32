#!/bin/sh
# Allmende: which packages a host has, and which of them wait for an upgrade. Only reads; apt's lists are taken as they are. Read after
# patch-packages.sh, whose functions it uses. Lines, tab-separated:
#   release CODENAME     lists EPOCH (when apt last asked its repositories)     installed NAME VERSION SOURCE SOURCE-VERSION
#   hold NAME (an administrator's hold)     kept-back NAME (apt's)     package NAME ARCH OLD NEW security|other
#   source NAME SOURCE OLD NEW          apt-fails (it cannot say what waits)     and at the end `end`
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
say() { printf '%s\n' "$*"; }
list_packages() {
  tab='	'
  private=$(mktemp -d /run/allmende-inventory.XXXXXX) || return 1
  say "release$tab$(codename)"
  lists=$(stat -c %Y /var/lib/apt/lists/partial 2>/dev/null) && say "lists$tab$lists"
  # shellcheck disable=SC2016 # the fields are dpkg's
  dpkg-query -W -f '${db:Status-Status}\t${Package}\t${Version}\t${source:Package}\t${source:Version}\n' | sed -n "s/^installed$tab/&/p"
  apt-mark showhold 2>/dev/null | sed "s/^/hold$tab/"
  if pending all "$private" -o Debug::NoLocking=1; then
    sed "s/^/package$tab/" "$private/pending"; sort -u "$private/kept-back" | sed "s/^/kept-back$tab/"
    package_sources "$private"
  else say apt-fails; fi
  rm -rf "$private"
  say end
}
list_packages
