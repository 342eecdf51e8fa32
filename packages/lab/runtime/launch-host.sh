#!/bin/sh
# Runs one lab host and starts it again when it reboots; ends when it powers off or its process is killed.
# Usage: launch-host.sh KERNEL_ROOT CACHE_DIR HOST_DIR MEMORY_MIB UML_ARGUMENT...
# Runs in a private mount namespace (nothing stays mounted) and in the lab's network namespace.
set -eu
kernel=$1
cache=$2
host=$3
memory=$4
shift 4
printf '%s\n' "$$" > "$host/pid.new"
mv "$host/pid.new" "$host/pid"

mount --make-rprivate /
mount --bind "$cache" "$kernel/lab"
mount -t proc proc "$kernel/proc"
mount -t tmpfs -o size=1m,mode=0755 tmpfs "$kernel/dev"
mkdir -p "$kernel/dev/net" "$kernel/dev/shm"
mknod -m 0666 "$kernel/dev/net/tun" c 10 200
for device in null zero random urandom tty; do
  : > "$kernel/dev/$device"
  mount --bind "/dev/$device" "$kernel/dev/$device"
done
# The guest's memory: a tmpfs of its own, so that the machine's /dev/shm need not be big enough.
mount -t tmpfs -o "size=$((memory + 64))m" tmpfs "$kernel/dev/shm"
export TMPDIR=/dev/shm

# On reboot the kernel replaces itself by argv[0], with its network device still open, which then is busy. So argv[0] is
# `false`: the status tells a reboot (1) from a power-off (0), and this loop starts the kernel with everything closed.
cp /usr/bin/false "$kernel/dev/lab-host"
while :; do
  status=0
  /usr/bin/perl -e 'chroot shift or die "chroot: $!\n"; chdir "/"; exec {"/usr/bin/linux.uml"} "/dev/lab-host", @ARGV' \
    "$kernel" "$@" || status=$?
  [ "$status" -eq 1 ] || exit "$status"
  printf '%s\n' '--- reboot ---'
done
