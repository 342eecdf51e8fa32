#!/bin/sh
# Copies paths from one root to another, with the shared libraries that the programs among them load.
# Usage: keep-files.sh FROM TO PATH...   (paths relative to FROM; shell patterns are expanded there)
set -eu
from=$1
to=$2
shift 2
mkdir -p "$to"
for directory in bin lib lib64 sbin; do
  mkdir -p "$to/usr/$directory"
  [ -e "$to/$directory" ] || ln -s "usr/$directory" "$to/$directory"
  [ -e "$from/$directory" ] || ln -s "usr/$directory" "$from/$directory"
done
mkdir -p "$to/dev" "$to/etc" "$to/proc" "$to/run" "$to/sys" "$to/tmp" "$to/var/tmp"
chmod 1777 "$to/tmp" "$to/var/tmp"
printf 'root:x:0:0:root:/root:/bin/sh\nservice:x:1000:1000:service:/tmp:/bin/sh\ndatabase:x:999:999:database:/tmp:/bin/sh\n' > "$to/etc/passwd"
printf 'root:x:0:\nservice:x:1000:\ndatabase:x:999:\n' > "$to/etc/group"

cd "$from"
for pattern in "$@"; do
  # The patterns are the image definition's own, and meant to be expanded.
  # shellcheck disable=SC2086
  cp -a --parents $pattern "$to"
done
# What type checkers read of Python is thousands of files that nothing runs.
rm -rf "$to"/usr/lib/python3/dist-packages/*-stubs
# initdb and the like run programs through a shell.
for applet in cat grep sh; do
  [ ! -e "$to/usr/bin/busybox" ] || ln -s busybox "$to/usr/bin/$applet"
done
loader=usr/lib64/ld-linux-x86-64.so.2
# busybox is static: the loader cannot list it.
find "$to/usr" -type f ! -name busybox \( -perm -u+x -o -name '*.so*' \) | while read -r file; do
  [ "$(head -c 4 "$file" | tail -c 3)" = ELF ] || continue
  chroot "$from" "/$loader" --list "/${file#"$to/"}" 2> /dev/null | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p'
done | sort -u | while read -r library; do
  target=$(readlink -f "$from$library")
  # Inside `from` every link is relative to it or absolute within it.
  mkdir -p "$to/usr/lib/x86_64-linux-gnu"
  cp -aL "$target" "$to/usr/lib/x86_64-linux-gnu/${library##*/}"
done
if [ -e "$to/usr/lib/x86_64-linux-gnu/libc.so.6" ]; then
  cp -aL "$loader" "$to/$loader"
fi
