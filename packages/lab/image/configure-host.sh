#!/bin/sh
# Turns a freshly unpacked Debian root into a lab host's disk content.
# Usage: configure-host.sh ROOT FLAVOUR   (called by mmdebstrap as a customize hook, as root)
# What a real cloud image would have stays as it is; only what a host without hardware waits for is taken out of the boot.
set -eu
root=$1
flavour=$2

# Who may log in: one administrator with sudo, as on a cloud image. Its key comes with the seed.
chroot "$root" useradd --create-home --shell /bin/bash --groups sudo hostmaster
install -d -m 0700 "$root/home/hostmaster/.ssh"
chroot "$root" chown -R hostmaster:hostmaster /home/hostmaster
printf 'hostmaster ALL=(ALL) NOPASSWD:ALL\n' > "$root/etc/sudoers.d/90-hostmaster"
chmod 0440 "$root/etc/sudoers.d/90-hostmaster"
chroot "$root" passwd --lock root > /dev/null

# Every host gets its own keys from the seed; keys of the image would be the same on all of them.
rm -f "$root"/etc/ssh/ssh_host_*
printf 'PermitRootLogin no\nPasswordAuthentication no\nHostKey /etc/ssh/ssh_host_ed25519_key\nUseDNS no\n' \
  > "$root/etc/ssh/sshd_config.d/20-lab.conf"
: > "$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id"
printf 'localhost\n' > "$root/etc/hostname"
printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' > "$root/etc/hosts"
: > "$root/etc/fstab"

# The seed is a tar archive on the second disk, unpacked once, before sshd.
cat > "$root/usr/local/sbin/lab-seed" <<'SEED'
#!/bin/sh
# Unpacks this host's identity (host key, authorised key, the lab's CA) from the second disk, once.
set -eu
tar --extract --no-overwrite-dir --file /dev/ubdb --directory /
cat /usr/local/share/ca-certificates/allmende-lab.crt >> /etc/ssl/certs/ca-certificates.crt
mkdir -p /var/lib/allmende-lab
: > /var/lib/allmende-lab/seeded
sync
SEED
chmod 0755 "$root/usr/local/sbin/lab-seed"
cat > "$root/etc/systemd/system/lab-seed.service" <<'UNIT'
[Unit]
Description=Identity of this lab host
DefaultDependencies=no
ConditionPathExists=!/var/lib/allmende-lab/seeded
After=systemd-remount-fs.service
Before=sysinit.target ssh.service systemd-networkd.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/lab-seed

[Install]
WantedBy=sysinit.target
UNIT

# Addresses by DHCP from the lab's dnsmasq; the interface is UML's vector driver.
printf '[Match]\nName=vec*\n\n[Network]\nDHCP=ipv4\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n\n[DHCPv4]\nUseDomains=yes\n' \
  > "$root/etc/systemd/network/10-lab.network"
# Keep the kernel's name of the interface: renaming it costs seconds and gains nothing here.
ln -s /dev/null "$root/etc/systemd/network/99-default.link"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
chroot "$root" systemctl --quiet enable systemd-networkd.service systemd-resolved.service lab-seed.service ssh.service

# A fresh image needs no update of caches: without these stamps the first boot would rebuild them.
touch "$root/etc/.updated" "$root/var/.updated"
# No vsock here; its generator only complains.
install -d "$root/etc/systemd/system-generators"
ln -s /dev/null "$root/etc/systemd/system-generators/systemd-ssh-generator"

# Every process costs 20 ms here: no consoles, no hardware, no clean-up jobs that a lab's life is too short for.
chroot "$root" systemctl --quiet mask \
  getty@tty1.service getty-static.service console-getty.service serial-getty@.service systemd-vconsole-setup.service \
  systemd-hwdb-update.service systemd-udev-settle.service systemd-pstore.service systemd-binfmt.service \
  systemd-timesyncd.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
  sys-fs-fuse-connections.mount e2scrub_reap.service \
  systemd-rfkill.socket systemd-journald-audit.socket systemd-network-generator.service systemd-machine-id-commit.service
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
  unattended-upgrades.service needrestart.service; do
  chroot "$root" systemctl --quiet disable "$unit" 2> /dev/null || true
done
# One device matters at boot: the network interface. Everything else is in devtmpfs already.
install -d "$root/etc/systemd/system/systemd-udev-trigger.service.d"
printf '[Service]\nExecStart=\nExecStart=-udevadm trigger --action=add --subsystem-match=net\n' \
  > "$root/etc/systemd/system/systemd-udev-trigger.service.d/lab.conf"
# No watchdog device: asking for one only fills the console.
install -d "$root/etc/systemd/system.conf.d"
printf '[Manager]\nRebootWatchdogSec=off\n' > "$root/etc/systemd/system.conf.d/10-lab.conf"
rm -f "$root/etc/udev/hwdb.bin" "$root/usr/lib/udev/hwdb.bin"

# The kernel has neither nftables' families for IP nor the older iptables: networks of containers do without firewall rules here.
install -d "$root/etc/containers/containers.conf.d"
printf '[network]\nfirewall_driver = "none"\n' > "$root/etc/containers/containers.conf.d/10-lab.conf"
# Packages come from the lab's own mirror: nothing on a host needs the world outside.
rm -f "$root/etc/apt/sources.list"
printf 'Types: deb\nURIs: http://mirror.allmende.test/debian\nSuites: trixie\nComponents: main\nTrusted: yes\n' \
  > "$root/etc/apt/sources.list.d/lab.sources"
printf 'Acquire::Languages "none";\n' > "$root/etc/apt/apt.conf.d/90-lab"

printf '%s\n' "$flavour" > "$root/etc/allmende-lab-flavour"
