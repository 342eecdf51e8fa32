#!/bin/sh
# Allmende: kernels that are held, since a run on this host failed its proof with them: no later run installs or boots one, until a newer one is proven
# or a hostmaster releases it. Read before patch.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154 # not every field of a line is used; base, run, tab, received, occurrence come from patch.sh
# A line of /var/lib/allmende/patch/held-kernels, tab-separated, `-` where there is none:
#   RELEASE PACKAGE VERSION INSTEAD EPOCH OCCURRENCE HOST REASON
# RELEASE as `uname -r` says, PACKAGE with its image; INSTEAD is the release that ran before. HOST is only set in an order's lines (`hold`): another host of
# the window that holds it. A release whose package has another version than this one is another kernel.

held_kernels() { # those of this host first, then those of the order; a kernel of the order that runs here needs nobody's word
  {
    cat "$base/held-kernels" 2>/dev/null
    sed -n "s/^hold$tab//p" "$order" 2>/dev/null | while IFS=$tab read -r release package version instead rest; do
      [ "$release" = "$(uname -r)" ] && is_installed "$package" "$version" || printf '%s\t%s\t%s\t%s\t%s\n' "$release" "$package" "$version" "$(uname -r)" "$rest"
    done
  } | awk -F'\t' '!seen[$1, $2, $3]++'
}
is_installed() { # PACKAGE|- VERSION
  # shellcheck disable=SC2016 # the fields are dpkg's
  [ "$1" = - ] || [ "$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null)" = "installed $2" ]
}
held() { # RELEASE: its line, when this kernel is installed as it was when it failed
  held_kernels | while IFS=$tab read -r release package version rest; do
    if [ "$release" = "$1" ] && is_installed "$package" "$version"; then printf '%s\t%s\t%s\t%s\n' "$release" "$package" "$version" "$rest"; break; fi
  done
}
unheld_kernel() { # RELEASE: it, or what ran before it when it is held
  instead=$(held "$1" | cut -f 4); echo "${instead:-$1}"
}
held_installed() { # their packages, a line each
  held_kernels | while IFS=$tab read -r release package version rest; do
    [ "$package" = - ] || ! is_installed "$package" "$version" || echo "$package"
  done
}
tell_held() { held_kernels | sed "s/^/held$tab/"; }

# apt is told by preferences of its own, call by call. A hold of apt-mark would be the administrator's to see, and would stay when a run is killed.
pin_held() { # FILE
  [ -n "$(held_kernels)" ] || return 0
  {
    held_kernels | while IFS=$tab read -r release package version rest; do
      [ "$package" = - ] || printf 'Package: %s\nPin: version %s\nPin-Priority: -1\n\n' "$package" "$version"
    done
    cat /etc/apt/preferences 2>/dev/null
  } >"$1"
  pinned="$pinned -o Dir::Etc::Preferences=$1"
}

write_held() { # the whole file, from standard input
  cat >"$base/held-kernels.new" && sync "$base/held-kernels.new" && mv "$base/held-kernels.new" "$base/held-kernels" && sync "$base"
}
hold_kernel() { # before going back, while what failed is still there: the kernel that this run has booted, or that did not come up
  [ -e "$run/reboot-from" ] && journaled reboot end && grep -q "^proof-failed$tab" "$run/cause" || return 0
  # What dpkg and apt say depends on no kernel.
  grep -qvE '^(dpkg|packages|needrestart): ' "$run/unproven" || return 0
  newest=$(newest_kernel) before=$(cat "$run/kernel.before") failed=$(uname -r)
  [ -n "$newest" ] || return 0 # they come from outside: nothing here chooses one
  if [ "$failed" = "$before" ] && [ "$(uname -v)" = "$(cat "$run/kernel.build")" ]; then
    [ "$newest" != "$before" ] || return 0 # the same as before: it is not the kernel's fault
    failed=$newest
  fi
  [ -z "$(held "$failed")" ] || return 0
  package=$(dpkg-query -S "/boot/vmlinuz-$failed" 2>/dev/null | head -n 1 | sed 's/[:,].*//')
  # shellcheck disable=SC2016 # the field is dpkg's
  version=$(dpkg-query -W -f '${Version}' "${package:--}" 2>/dev/null)
  line=$(printf '%s\t%s\t%s\t%s\t%s\t%s\t-\t%s' "$failed" "${package:--}" "${version:--}" "$(unheld_kernel "$before")" \
    "$(date +%s)" "$occurrence" "$(cut -f 2- "$run/cause" | clean)")
  { cat "$base/held-kernels" 2>/dev/null; printf '%s\n' "$line"; } | write_held || { progress "which kernel failed cannot be written down"; return; }
  report held "$line"
}
forget_held() { # after a proof of the newest kernel: those that are older
  [ -e "$base/held-kernels" ] || return 0
  running=$(uname -r)
  while IFS=$tab read -r release package version rest; do
    # shellcheck disable=SC2016 # the field is dpkg's
    if dpkg --compare-versions "$release" lt "$running" 2>/dev/null ||
      { [ "$release" = "$running" ] && dpkg --compare-versions "$version" lt "$(dpkg-query -W -f '${Version}' "$package" 2>/dev/null)" 2>/dev/null; }; then
      report unheld "$release" "$version"
    else printf '%s\t%s\t%s\t%s\n' "$release" "$package" "$version" "$rest" >&3; fi
  done <"$base/held-kernels" 3>"$run/held-kernels"
  write_held <"$run/held-kernels"
}
release_held() { # the mode `release`: a hostmaster's word; the next run tries them again
  exec 9>/run/allmende.lock
  flock -w 10 9 || die locked "another transaction on this host has not ended"
  owner=$(sed -n "s/^owner$tab//p" "$received")
  [ -n "$owner" ] || die bad-order "it is not said who releases"
  say begin-released
  tell_held
  say end-released
  [ -e "$base/held-kernels" ] || return 0
  rm "$base/held-kernels" && sync "$base"
  logger -t allmende-patch "held kernels are released by $owner"
}
