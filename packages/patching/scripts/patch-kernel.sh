#!/bin/sh
# Allmende: the kernel in a patch run: why to reboot, whether the right one runs, and which the next boot takes (patch-held.sh: which are not
# to be booted). Read before patch.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154 # not every field of a line is used; run, round and cannot_restart come from the others

reboot_reason() {
  if by=$(required_by); then printf 'it is required by %s' "$by"; return; fi
  waiting=$(waiting_kernel)
  if [ -n "$waiting" ]; then printf 'the kernel %s is installed and does not run' "$waiting"
  elif grep -qE "$cannot_restart" "$run/stale" 2>/dev/null; then printf 'the system bus runs on replaced files'; fi
}
required_by() { # packages that have asked for a reboot, but for held kernels; fails when there are none
  [ -e /run/reboot-required ] || return 1
  [ -s /run/reboot-required.pkgs ] || { printf 'a package'; return; }
  by=$(sort -u /run/reboot-required.pkgs | grep -vxF "$(held_installed)" | tr '\n' ' '); [ -n "$by" ] && printf '%s' "${by% }"
}
waiting_kernel() { # the newest one installed, when it does not run and is not held
  said=$(needrestart -b -k 2>/dev/null </dev/null)
  printf '%s\n' "$said" | grep -qE '^NEEDRESTART-KSTA: [23]' || return 0
  said=$(printf '%s\n' "$said" | sed -n 's/^NEEDRESTART-KEXP: //p'); [ -n "$(held "$said")" ] || echo "$said"
}
expected_reboot() { # DIRECTORY of a plan: why a run would reboot
  if required_by >/dev/null; then echo "it is required already"; return; fi
  while IFS=$tab read -r name arch old new; do
    case $name in
      dbus | dbus-daemon | dbus-bin) ;;
      linux-image*) [ "$old" = - ] || dpkg-query -L "$name" 2>/dev/null | grep -q '^/boot/vmlinuz-' || continue ;; # others only depend on a kernel
      *) continue ;;
    esac
    grep -E '^(linux-image|dbus(-daemon|-bin)?$)' "$1/names" | tr '\n' ' ' | sed 's/ $//'; return
  done <"$1/pending"
  waiting=$(waiting_kernel); [ -z "$waiting" ] || echo "the kernel $waiting is installed and does not run"
}

record_kernel() {
  uname -r >"$run/kernel.before"; uname -v >"$run/kernel.build"
  newest_kernel >"$run/kernel.newest"
}
newest_kernel() { needrestart -b -k 2>/dev/null </dev/null | sed -n 's/^NEEDRESTART-KEXP: //p'; } # empty where no image is installed

# --- The way back: the kernel of before at the next boot. The run itself never reboots a second time for it ---
keep_kernel() { # packages that were not installed before stay, and a new kernel is such a package
  before=$(cat "$run/kernel.before" 2>/dev/null) newest=$(newest_kernel)
  if [ -z "$before" ] || [ -z "$newest" ]; then return; fi
  before=$(unheld_kernel "$before")
  if [ "$newest" = "$before" ]; then return; fi
  if [ "$newest" = "$(cat "$run/kernel.newest")" ] && [ ! -e "$run/kernel.released" ] && [ -z "$(held "$newest")" ]; then return; fi
  if how=$(boot_kernel "$before" /boot/grub/grub.cfg); then
    echo "$before" >"$run/kernel.next"; report check next-kernel warn "$how, not $newest"
  else report irreversible "the next boot takes the kernel $newest and not $before: $how"; fi
}
avoid_held() { # in every run while the newest kernel is held; fails, with `how`, where the next boot takes it nevertheless
  newest=$(newest_kernel)
  [ -n "$newest" ] && [ -n "$(held "$newest")" ] || return 0
  before=$(unheld_kernel "$(uname -r)")
  if how=$(boot_kernel "$before" /boot/grub/grub.cfg); then report check next-kernel warn "$how, not $newest, which is held"; return 0; fi
  report check next-kernel warn "the next boot takes the kernel $newest, which is held, and not $before: $how"; return 1
}
boot_kernel() { # RELEASE GRUB.CFG [EFI VARIABLES]: says what the boot loader was told, or why it was not
  case $({ tr -d '\000' <"${3-/sys/firmware/efi/efivars}/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"; } 2>/dev/null) in
    *systemd-boot*) echo "this host starts with systemd-boot, which runs do not tell (bootctl list, then bootctl set-oneshot)"; return 1 ;;
  esac
  if ! { [ -e "$2" ] && command -v grub-reboot && command -v grub-set-default; } >/dev/null; then
    echo "there is no boot loader here that can be told so"; return 1
  fi
  entry=$(grub_entry "$1" <"$2")
  [ -n "$entry" ] || { echo "GRUB has no entry for it"; return 1; }
  environment=${2%/*}/grubenv
  # shellcheck disable=SC2016 # the variable is GRUB's
  if grep -qF 'set default="${saved_entry}"' "$2"; then
    remember_choice saved_entry && grub-set-default "$entry" >/dev/null 2>&1 && echo "GRUB takes the kernel $1 from the next boot on, until a run proves the newest one"
  elif on=$(grub_reads_only "${2%/*}"); then
    remember_choice next_entry && grub-reboot "$entry" >/dev/null 2>&1 &&
      echo "GRUB takes the kernel $1 at every boot (it cannot write to $on), until a run proves the newest one"
  else
    remember_choice next_entry && grub-reboot "$entry" >/dev/null 2>&1 &&
      echo "GRUB takes the kernel $1 at the next boot, and only then (GRUB_DEFAULT is not saved)"
  fi || { echo "GRUB refuses to take its entry for it"; return 1; }
  sync -f "${2%/*}"
}
grub_reads_only() { # FOLDER: what it is on, when GRUB cannot take back there what it was told for one boot
  { grub-probe --target=abstraction "$1"; grub-probe --target=fs "$1"; } 2>/dev/null | tr ' ' '\n' | grep -xE 'diskfilter|lvm|btrfs|zfs|squash4' | head -n 1 | grep .
}
grub_entry() { # RELEASE <GRUB.CFG: the id of its entry, below that of its submenu
  awk -v wanted="gnulinux-$1-advanced-" -v quote="'" '
    function id(line) { return match(line, "menuentry_id_option " quote "[^" quote "]*") ? substr(line, RSTART + 21, RLENGTH - 21) : "" }
    /^}/ { menu = "" }
    /^submenu / { menu = id($0) ">" }
    /^[ \t]*menuentry / && index(id($0), wanted) == 1 { print menu id($0); exit }'
}

# --- What GRUB was told is taken back. `grub-choice`: VARIABLE ENTRY, what it was before or `-` ---
environment=/boot/grub/grubenv
grub_says() { grub-editenv "$environment" list 2>/dev/null | sed -n "s/^$1=//p"; } # VARIABLE
remember_choice() { # VARIABLE, which becomes $entry: written down before GRUB is told
  was=$(grub_says "$1")
  if IFS=$tab read -r _ ours first _ 2>/dev/null <"$base/grub-choice" && [ "$was" = "$ours" ]; then was=$first; fi
  printf '%s\t%s\t%s\n' "$1" "$entry" "${was:--}" >"$base/grub-choice.new" && sync "$base/grub-choice.new" &&
    mv "$base/grub-choice.new" "$base/grub-choice" && sync "$base"
}
try_newest_kernel() { # before a reboot, unless it is held
  now=$(newest_kernel)
  [ -z "$now" ] || [ -n "$(held "$now")" ] || release_choice
}
release_choice() { # what somebody has told GRUB since then stays
  IFS=$tab read -r variable entry was _ 2>/dev/null <"$base/grub-choice" || return 0
  grub-editenv "$environment" list >/dev/null 2>&1 || return 0 # not to be read now: perhaps later
  if [ "$(grub_says "$variable")" = "$entry" ]; then
    : >"$run/kernel.released"
    if [ "$was" = - ]; then grub-editenv "$environment" unset "$variable"; else grub-editenv "$environment" set "$variable=$was"; fi ||
      { report check next-kernel warn "GRUB keeps $variable=$entry of an earlier run: $environment cannot be written"; return 0; }
    sync -f "${environment%/*}"; report check next-kernel ok "GRUB chooses by itself again: the choice that an earlier run made is taken back"
  fi
  rm -f "$base/grub-choice"; sync "$base"
}

# --- Proof ---
prove_kernel() {
  if [ "$round" = reproof ]; then
    before=$(cat "$run/kernel.before")
    if [ "$(uname -r)" != "$before" ]; then
      if [ -e "$run/kernel.next" ]; then report check kernel warn "$(uname -r) runs until the next boot, which takes $(cat "$run/kernel.next")"
      else prove_that kernel "" "$(uname -r) runs, and the next boot does not take $before"; fi
    elif [ "$(uname -v)" != "$(cat "$run/kernel.build")" ]; then report check kernel warn "the newer build of $before runs until the next boot"
    elif [ -n "$(held "$before")" ]; then report check kernel warn "$before runs, which is held"
    else prove_that kernel "the kernel of before runs: $before" ""; fi
    return
  fi
  running=$(uname -r) newest=$(newest_kernel)
  case $(sed -n 's/^NEEDRESTART-KSTA: //p' "$run/needrestart") in
    1) if [ -z "$(held "$running")" ]; then prove_that kernel "the newest installed kernel runs: $running" ""
      elif [ "$running" = "$(cat "$run/kernel.before")" ]; then report check kernel warn "$running runs, which is held"
      else prove_that kernel "" "$running runs, which is held"; fi ;;
    2 | 3) if [ -n "$(held "$newest")" ]; then prove_that kernel "$running runs; $newest, the newest installed one, is held" ""
      elif grep -q "^reboot${tab}deferred" "$run/report"; then report check kernel warn "the newest installed kernel waits for a reboot"
      else prove_that kernel "" "$running runs, not the newest installed kernel"; fi ;;
    *) report check kernel warn "this host has no kernel of its own (it comes from outside), so none was judged: $running runs" ;;
  esac
}
