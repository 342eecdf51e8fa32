#!/bin/sh
# Allmende: packages of a patch run: what is pending, fetching, upgrading, going back. Read before patch.sh, whose functions it uses.
# shellcheck disable=SC2034,SC2154 # not every field of a line is used; base, run, tab, received come from patch.sh
# shellcheck disable=SC2086 # pinned is options of apt, none of which has a blank

# --- Snapshot: apt sees its sources as they were at one moment. Its lists for that lie apart: whatever else runs here goes on with those of today ---
pinned='' # options of apt
pin() { # ID LISTS. What such a moment offered has its Valid-Until behind it: that cannot be asked for
  pinned="-o APT::Snapshot=$1 -o Dir::State::Lists=$2 -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Check-Valid-Until=false"
}
update_lists() { # LOG LISTS|- ID|-  APT-OPTION...
  log=$1 apart=$2 moment=$3; shift 3
  set -- "$@" -q -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any
  if [ "$apart" != - ]; then set -- "$@" -o "Dir::State::Lists=$apart"; fi
  apt-get "$@" update >"$log" 2>&1 </dev/null 9>&- || return 1
  # Only a source's Release of today tells where its snapshots are, so they come second.
  [ "$moment" = - ] || apt-get "$@" $pinned update >>"$log" 2>&1 </dev/null 9>&-
}
snapshot_problem() { # ID APT-OPTION...: why it is not the level of every source; nothing when it is
  moment=$1; shift
  apt-cache "$@" $pinned policy 2>/dev/null | awk -v id="/$moment" '$1 ~ /^-?[0-9]+$/ && $2 ~ /^[a-z+]+:/ { sources++; if (!index($2, id)) print $2 " " $3 }
    END { if (!sources) print "there is none with packages" }' | sort -u | tr '\n' ',' | sed 's/,$//; s/,/, /g'
}
in_future() { [ "$(date -u +%Y%m%d%H%M%S)" -lt "$(printf %s "$1" | tr -d TZ)" ]; } # ID

# --- What is pending ---
# A line: NAME ARCH OLD NEW security|other. apt simulates; `Inst NAME [OLD] (NEW LABEL:VERSION/SUITE, ... [ARCH])` is what it says.
parse_simulation() {
  awk '/^Inst / {
    old = "-"; if ($3 ~ /^\[/) { old = $3; gsub(/[][]/, "", old) }
    match($0, /\([^)]*\)/); inner = substr($0, RSTART + 1, RLENGTH - 2); n = split(inner, word, " ")
    arch = word[n]; gsub(/[][]/, "", arch)
    print $2 "\t" arch "\t" old "\t" word[1] "\t" (inner ~ /Debian-Security:|[\/:][a-z]+-security/ ? "security" : "other")
  }' | sort
}
pending() { # SCOPE DIRECTORY APT-OPTION...: writes DIRECTORY/pending and DIRECTORY/kept-back
  scope=$1 into=$2; shift 2
  apt-get "$@" -s upgrade --with-new-pkgs >"$into/simulation" 2>"$into/apt.log" || return 1
  sed -n '/kept back:/,/^[^ ]/ { /^ /p }' "$into/simulation" | tr -s ' ' '\n' | sed '/^$/d' >"$into/kept-back"
  apt-mark "$@" showhold >>"$into/kept-back" 2>/dev/null
  parse_simulation <"$into/simulation" >"$into/pending"
  [ "$scope" = security ] || return 0
  awk -F'\t' '$5 == "security" { print $1 "=" $4 }' "$into/pending" >"$into/wanted"
  : >"$into/pending"; [ -s "$into/wanted" ] || return 0
  simulate_wanted "$into" "$@"
}
simulate_wanted() { # DIRECTORY APT-OPTION...: what installing DIRECTORY/wanted would really do; nothing may be removed for it
  into=$1; shift
  xargs apt-get "$@" -s install <"$into/wanted" >"$into/simulation" 2>"$into/apt.log" || return 1
  if grep '^Remv ' "$into/simulation" >"$into/apt.log"; then return 1; fi
  parse_simulation <"$into/simulation" >"$into/pending"
}
plan_packages() { # reads only: apt's own lists stay as they are, the fresh ones go to a place of their own
  scope=$(sed -n "s/^scope$tab//p" "$received")
  case $scope in security | all) ;; *) die bad-order "a plan needs its scope" ;; esac
  id=$(sed -n "s/^snapshot$tab//p" "$received")
  [ -z "$id" ] || printf '%s\n' "$id" | grep -qxE '[0-9]{8}T[0-9]{6}Z' || die bad-order "this is no snapshot: $id"
  [ -z "$id" ] || ! in_future "$id" || die snapshot-future "the snapshot $id lies in the future of this host: nothing is in it yet"
  private=$(mktemp -d /var/tmp/allmende-plan.XXXXXX) || die plan-failed "no place for a plan in /var/tmp"
  cp -a /var/lib/apt/lists "$private/lists"; mkdir -p "$private/lists/partial" "$private/cache"
  set -- -o "Dir::State::Lists=$private/lists" -o "Dir::Cache=$private/cache" -o Debug::NoLocking=1
  [ -z "$id" ] || pin "$id" "$private/lists"
  if ! update_lists "$private/apt.log" - "${id:--}" "$@"; then
    plan_failed "$private"
    [ -z "$id" ] || die snapshot-missing "apt cannot read its sources as they were at the snapshot $id"
    die plan-failed "apt cannot say what is pending"
  fi
  problem=''; [ -z "$id" ] || problem=$(snapshot_problem "$id" "$@")
  if [ -n "$problem" ]; then rm -rf "$private"; die snapshot-unsupported "not every source has the snapshot $id: $problem"; fi
  order=$received; pin_held "$private/preferences"
  set -- "$@" $pinned
  pending "$scope" "$private" "$@" || { plan_failed "$private"; die plan-failed "apt cannot say what is pending"; }
  say begin-plan
  sed "s/^/package$tab/" "$private/pending"; sort -u "$private/kept-back" | sed "s/^/kept-back$tab/"
  say "release$tab$(codename)"; tell_held
  package_sources "$private" "$@"
  expected_restarts "$private"
  say end-plan
  rm -rf "$private"
}
plan_failed() { # DIRECTORY
  tail -n 30 "$1/apt.log" | clean | sed "s/^/log$tab/"; rm -rf "$1"
}
codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release | tr -d '"'; } # trixie
package_sources() { # DIRECTORY APT-OPTION...: `source NAME SOURCE OLD NEW`: Debian's security data knows sources, and their versions
  into=$1; shift
  {
    # shellcheck disable=SC2016 # the fields are dpkg's
    cut -f 1 "$into/pending" | xargs -r dpkg-query -W -f 'installed\t${Package}\t${source:Version}\n'
    awk -F'\t' '{ print $1 "=" $4 }' "$into/pending" | xargs -r apt-cache "$@" show
  } 2>/dev/null | parse_sources
}
parse_sources() { # stanzas of apt-cache after what is installed
  awk -F'\t' -v OFS='\t' '
    function flush() { if (name != "") print "source", name, source, (name in old ? old[name] : "-"), (own != "" ? own : version); name = "" }
    $1 == "installed" { old[$2] = $3; next }
    /^Package: / { flush(); name = source = substr($0, 10); own = version = "" }
    /^Version: / { version = substr($0, 10) }
    /^Source: / { split(substr($0, 9), part, " "); source = part[1]; own = part[2]; gsub(/[()]/, "", own) }
    END { flush() }' | sort -u
}
expected_restarts() { # DIRECTORY: what a run would restart: units with a process on a file of a pending package, or on one that is gone already
  cut -f 1 "$1/pending" >"$1/names"
  xargs -r dpkg-query -L <"$1/names" 2>/dev/null | below_usr | sort -u >"$1/files"
  services >"$1/services"
  mapping_units "$1" | never=$cannot_restart awk -F'\t' '
    from == "services" { ours[$1, $3 ".service"] = $2 "\t" $3; next }
    $1 != "system" { if (($1, $2) in ours) print "restart\t" ours[$1, $2]; next }
    $2 == "init.scope" { print "restart\tsystem\tsystemd-manager"; next }
    $2 ~ /\.service$/ && $2 !~ ENVIRON["never"] && $2 !~ /^(getty|serial-getty)@/ { print "restart\tsystem\t" $2 }' from=services "$1/services" from=units - | sort -u
  why=$(expected_reboot "$1"); [ -z "$why" ] || say "reboot$tab$why"
}

# --- Before anything changes: every new package is here, and every old one that is to be had ---
ordered_packages() { ordered package; }
deb_of() { # NAME VERSION ARCH: where apt keeps it
  printf '%s/debs/%s_%s_%s.deb' "$base" "${1%%:*}" "$(printf %s "$2" | sed 's/:/%3a/g')" "$3"
}
wanted() { ordered_packages | awk -F'\t' '{ print $1 "=" $4 }'; }
phase_fetch() {
  [ -n "$(wanted)" ] || return 0
  mkdir -p "$base/debs/partial"
  wanted | xargs apt-get $pinned -y -o DPkg::Lock::Timeout=300 -o Dir::Cache::Archives="$base/debs" -o APT::Keep-Downloaded-Packages=true \
    --download-only install >"$run/fetch.log" 2>&1 9>&- || { fail_run fetch-failed "the new packages cannot be fetched; nothing was changed" "$run/fetch.log"; return; }
  ordered_packages | while IFS=$tab read -r name arch old new security; do
    [ "$old" != - ] || continue
    deb=$(deb_of "$name" "$old" "$arch")
    [ ! -e "$deb" ] || continue
    if [ -e "/var/cache/apt/archives/${deb##*/}" ]; then cp "/var/cache/apt/archives/${deb##*/}" "$deb"; continue; fi
    (cd "$base/debs" && apt-get $pinned -q download "$name=$old" </dev/null >>"$run/fetch.log" 2>&1)
    [ -e "$deb" ] || report irreversible "$name $old is neither in the repository nor in a cache: there is no way back from $new"
  done
  sync -f "$base/debs"
  ! too_late upgrade || fail_run too-late "the time for upgrades in this window is over; nothing was changed"
}
prune_debs() { # of a proven level only what is installed now is of use: it is the next run's way back
  # shellcheck disable=SC2016 # the fields are dpkg's
  dpkg-query -W -f '${Package}_${Version}_${Architecture}.deb\n' | sed 's/:/%3a/g' >"$run/installed-debs"
  for deb in "$base"/debs/*.deb; do
    [ -e "$deb" ] || continue
    grep -qxF "${deb##*/}" "$run/installed-debs" || rm -f "$deb"
  done
  rm -f "$run/installed-debs"
}

# --- Upgrading, and the way back ---
mend_dpkg() { # after a cut: dpkg of the earlier try may still run
  tries=0
  until dpkg --force-confold --configure -a >"$run/configure.log" 2>&1 </dev/null 9>&-; do
    grep -q 'lock' "$run/configure.log" && [ "$tries" -lt 150 ] || return 1
    tries=$((tries + 1)); sleep 2
  done
}
versions() { dpkg-query -W -f '${Package}\t${Version}\t${db:Status-Status}\n' | sort; } # all that dpkg knows, whatever its state
phase_upgrade() {
  [ -n "$(wanted)" ] || return 0
  [ -e "$run/upgrade-marker" ] || : >"$run/upgrade-marker"
  acted=1
  progress "upgrading $(wanted | wc -l) packages"
  [ -z "$(dpkg --audit)" ] || mend_dpkg
  wanted | xargs apt-get $pinned -y -o DPkg::Lock::Timeout=300 -o Dir::Cache::Archives="$base/debs" -o APT::Keep-Downloaded-Packages=true \
    -o Dpkg::Options::=--force-confold install >>"$run/upgrade.log" 2>&1 9>&- || fail_run upgrade-failed "apt could not upgrade" "$run/upgrade.log"
  step upgraded
  find /etc -newercm "$run/upgrade-marker" \( -name '*.dpkg-dist' -o -name '*.ucf-dist' \) 2>/dev/null | sort |
    while read -r path; do report conffile "${path%.*}" "$path"; done
  versions >"$run/versions.after"
  sync -f /usr; sync -f /var
}
phase_rollback() {
  acted=1
  progress "going back to the recorded versions"
  hold_kernel
  mend_dpkg || :
  versions >"$run/versions.failed"
  ordered_packages | while IFS=$tab read -r name arch old new security; do
    now=$(awk -F'\t' -v n="${name%%:*}" '$1 == n { print $2 "/" $3; exit }' "$run/versions.failed")
    [ "$now" != "$old/installed" ] || continue
    if [ "$old" = - ]; then report irreversible "$name $new was not installed before; it stays"; continue; fi
    deb=$(deb_of "$name" "$old" "$arch")
    if [ ! -e "$deb" ]; then report irreversible "$name stays at ${now%/*}: $old is not to be had any more"; continue; fi
    for script in preinst postinst; do
      [ ! -e "/var/lib/dpkg/info/$name.$script" ] || { report irreversible "the maintainer scripts of $name $new have run: what they did to data is not undone"; break; }
    done
    echo "$deb" >&3
  done 3>"$run/rollback-debs"
  [ ! -s "$run/rollback-debs" ] || put_back
  keep_kernel
}
put_back() { # the packages of rollback-debs
  xargs apt-get -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold --allow-downgrades --allow-change-held-packages install \
    <"$run/rollback-debs" >"$run/rollback.log" 2>&1 9>&- ||
    xargs dpkg --force-confold -i <"$run/rollback-debs" >>"$run/rollback.log" 2>&1 9>&- || {
    report_log "$run/rollback.log"; report irreversible "the recorded versions could not all be installed again"
  }
  step rolled-back
  sync -f /usr; sync -f /var
}
