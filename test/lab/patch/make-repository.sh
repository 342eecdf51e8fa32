#!/bin/sh
# On a lab host: makes Debian packages of the trees in a tar stream (standard input) and an archive of them in /srv/patch-repository.
# With a name as argument, the archive is kept as the snapshot of that name too; an archive that has snapshots says so, and is not Debian's.
# Each tree is NAME_VERSION/ with DEBIAN/control; a file called `busybox` becomes the host's own. Run again, it replaces the archive.
set -eu
repository=/srv/patch-repository snapshots=/srv/patch-snapshots
work=$(mktemp -d /var/tmp/trees.XXXXXX)
tar -x -C "$work" --no-same-owner
rm -rf "$repository"; mkdir -p "$repository"
for tree in "$work"/*/; do
  chmod 0755 "$tree"
  find "$tree" -name busybox -exec cp /usr/bin/busybox {} \;
  dpkg-deb -Znone --root-owner-group -b "$tree" "$repository" >/dev/null
done
rm -rf "$work"
cd "$repository"
for deb in *.deb; do
  dpkg-deb -f "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d ' ' -f 1)"
done >Packages
names='Origin: Debian\nLabel: Debian-Security\n'
if [ -n "${1-}" ] || [ -e "$snapshots" ]; then names="Origin: Test\nLabel: Test\nSnapshots: copy:$snapshots/@SNAPSHOTID@/\n"; fi
# shellcheck disable=SC2059 # the names are part of the format
printf "$names"'Suite: stable-security\nCodename: trixie-security\nDate: %s\nSHA256:\n %s %s Packages\n' \
  "$(date -Ru)" "$(sha256sum Packages | cut -d ' ' -f 1)" "$(stat -c %s Packages)" >Release
if [ -n "${1-}" ]; then rm -rf "${snapshots:?}/$1"; mkdir -p "$snapshots"; cp -a "$repository" "$snapshots/$1"; fi
mkdir -p /root/sources
for source in /etc/apt/sources.list.d/*; do
  case $source in */test.sources | */\*) ;; *) mv "$source" /root/sources ;; esac
done
# `copy`, not `file`: apt then keeps packages in its cache as it does from a mirror.
printf 'Types: deb\nURIs: copy:%s\nSuites: ./\nTrusted: yes\n' "$repository" >/etc/apt/sources.list.d/test.sources
apt-get -q --allow-releaseinfo-change update >/dev/null
