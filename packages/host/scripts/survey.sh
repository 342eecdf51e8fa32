#!/bin/sh
# Allmende: does this host fit, and what of a base host is on it? Reads, never writes. Always this same text.
# Standard input, tab-separated: `package NAME` and `file PATH` for each to look for. Prints sections `== NAME`.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
newline='
'
tab=$(printf '\t')
packages='' paths=''
while IFS=$tab read -r kind value; do
  case $kind in
    package) packages="$packages$value$newline" ;;
    file) paths="$paths$value$newline" ;;
  esac
done

echo '== system'
sed -n 's/^\(ID\|VERSION_ID\|PRETTY_NAME\)="\{0,1\}\([^"]*\)"\{0,1\}$/\1=\2/p' /etc/os-release 2>/dev/null
echo "hostname=$(cat /proc/sys/kernel/hostname)"
echo "architecture=$(dpkg --print-architecture 2>/dev/null || uname -m)"
echo "cgroup=$(stat -f -c %T /sys/fs/cgroup 2>/dev/null)"
echo "controllers=$(cat /sys/fs/cgroup/cgroup.controllers 2>/dev/null)"
echo "systemd=$(systemctl --version 2>/dev/null | sed -n '1s/^systemd \([0-9]*\).*/\1/p')"
echo "pid1=$(cat /proc/1/comm)"
sed -n 's/^MemTotal: *\([0-9]*\) kB/memTotalKiB=\1/p' /proc/meminfo
for manifest in /var/lib/allmende/manifests/*; do
  [ ! -e "$manifest" ] || echo "manifest=${manifest##*/}"
done

IFS=$newline
set -f
echo '== packages'
# shellcheck disable=SC2086 # one name per line
[ -z "$packages" ] || dpkg-query -W -f '${Package}\t${db:Status-Status}\t${Version}\n' $packages 2>/dev/null
echo '== files'
# shellcheck disable=SC2086 # one path per line
[ -z "$paths" ] || sha256sum $paths 2>/dev/null
echo '== end'
