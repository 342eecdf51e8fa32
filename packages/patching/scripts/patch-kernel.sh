#!/bin/sh
# Allmende: the kernel in a patch run: why to reboot, whether the right one runs, and which the next boot takes. Read before patch.sh,
# whose functions it uses.
# shellcheck disable=SC2154 # run, round and cannot_restart come from the others

reboot_reason() {
  if [ -e /run/reboot-required ]; then
    by=$(sort -u /run/reboot-required.pkgs 2>/dev/null | tr '\n' ' '); by=${by% }
    printf 'it is required by %s' "${by:-a package}"; return
  fi
  needrestart -b -k >"$run/kernel" 2>/dev/null </dev/null
  if grep -qE '^NEEDRESTART-KSTA: [23]' "$run/kernel"; then printf 'the kernel %s is installed and does not run' "$(sed -n 's/^NEEDRESTART-KEXP: //p' "$run/kernel")"
  elif grep -qE "$cannot_restart" "$run/stale" 2>/dev/null; then printf 'the system bus runs on replaced files'; fi
}

record_kernel() {
  uname -r >"$run/kernel.before"; uname -v >"$run/kernel.build"
  newest_kernel >"$run/kernel.newest"
}
newest_kernel() { needrestart -b -k 2>/dev/null </dev/null | sed -n 's/^NEEDRESTART-KEXP: //p'; } # empty where no image is installed

# --- The way back: the kernel of before at the next boot. The run itself never reboots a second time for it ---
keep_kernel() { # packages that were not installed before stay, and a new kernel is such a package
  before=$(cat "$run/kernel.before" 2>/dev/null) newest=$(newest_kernel)
  if [ -z "$before" ] || [ -z "$newest" ] || [ "$newest" = "$before" ]; then return; fi
  if [ "$newest" = "$(cat "$run/kernel.newest")" ] && [ ! -e "$run/kernel.released" ]; then return; fi
  if how=$(boot_kernel "$before" /boot/grub/grub.cfg); then
    echo "$before" >"$run/kernel.next"; report check next-kernel warn "$how, not $newest"
  else report irreversible "the next boot takes the kernel $newest and not $before: $how"; fi
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
  else grub-reboot "$entry" >/dev/null 2>&1 && echo "GRUB takes the kernel $1 at the next boot, and only then (GRUB_DEFAULT is not saved)"
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

# --- What GRUB was told for good is taken back. `grub-choice`: VARIABLE ENTRY, what it was before or `-`, the kernel that failed or `-`: none was tried ---
environment=/boot/grub/grubenv
grub_says() { grub-editenv "$environment" list 2>/dev/null | sed -n "s/^$1=//p"; } # VARIABLE
remember_choice() { # VARIABLE, which becomes $entry: written down before GRUB is told
  was=$(grub_says "$1")
  if IFS=$tab read -r _ ours first _ 2>/dev/null <"$base/grub-choice" && [ "$was" = "$ours" ]; then was=$first; fi
  tried=$newest; [ -e "$run/reboot-from" ] || tried=-
  printf '%s\t%s\t%s\t%s\n' "$1" "$entry" "${was:--}" "$tried" >"$base/grub-choice.new" && sync "$base/grub-choice.new" &&
    mv "$base/grub-choice.new" "$base/grub-choice" && sync "$base"
}
try_newest_kernel() { # before a reboot: not the one that a run has gone back from
  IFS=$tab read -r _ _ _ against 2>/dev/null <"$base/grub-choice" || return 0
  now=$(newest_kernel)
  [ -z "$now" ] || [ "$now" = "$against" ] || release_choice
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
      if [ -e "$run/kernel.next" ]; then report check kernel warn "$(uname -r) runs until the next boot, which takes $before"
      else prove_that kernel "" "$(uname -r) runs, and the next boot does not take $before"; fi
    elif [ "$(uname -v)" != "$(cat "$run/kernel.build")" ]; then report check kernel warn "the newer build of $before runs until the next boot"
    else prove_that kernel "the kernel of before runs: $before" ""; fi
    return
  fi
  case $(sed -n 's/^NEEDRESTART-KSTA: //p' "$run/needrestart") in
    1) prove_that kernel "the newest installed kernel runs: $(uname -r)" "" ;;
    2 | 3) if grep -q "^reboot${tab}deferred" "$run/report"; then report check kernel warn "the newest installed kernel waits for a reboot"
      else prove_that kernel "" "$(uname -r) runs, not the newest installed kernel"; fi ;;
    *) report check kernel warn "this host has no kernel of its own (it comes from outside), so none was judged: $(uname -r) runs" ;;
  esac
}
