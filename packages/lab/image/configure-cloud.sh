#!/bin/sh
# Makes an image for servers of the Hetzner Cloud API of a lab host's root: cloud-init decides who may log in and what it is.
# Usage: configure-cloud.sh ROOT   (called by mmdebstrap as a customize hook after configure-host.sh, as root)
set -eu
root=$1

# Nobody of the lab's own: root gets the keys that the server was ordered with.
chroot "$root" userdel --remove hostmaster
rm -f "$root/etc/sudoers.d/90-hostmaster"
printf 'PermitRootLogin prohibit-password\nPasswordAuthentication no\nUseDNS no\n' > "$root/etc/ssh/sshd_config.d/20-lab.conf"

# Besides the lab's CA the second disk brings the seed, and it must be there before cloud-init looks for it.
install -d "$root/etc/systemd/system/lab-seed.service.d"
printf '[Unit]\nBefore=cloud-init-main.service cloud-init-local.service\n' > "$root/etc/systemd/system/lab-seed.service.d/cloud.conf"

# As in Hetzner's images: root is the user that keys are for. What no server here needs is left out, since each part costs seconds.
cat > "$root/etc/cloud/cloud.cfg.d/90-lab.cfg" <<'CLOUD'
datasource_list: [NoCloud, None]
network: { config: disabled }
disable_root: false
ssh_pwauth: false
ssh_genkeytypes: [ed25519]
ssh_quiet_keygen: true
system_info:
  default_user: { name: root, lock_passwd: true, gecos: root, shell: /bin/bash }
cloud_init_modules: [write_files, set_hostname, update_hostname, users_groups, ssh]
cloud_config_modules: [timezone, runcmd]
cloud_final_modules: [package_update_upgrade_install, write_files_deferred, scripts_user, final_message, power_state_change]
CLOUD

# The power button: the kernel of a lab host has no other than Ctrl-Alt-Del.
ln -sf /usr/lib/systemd/system/poweroff.target "$root/etc/systemd/system/ctrl-alt-del.target"

# Volumes appear where Hetzner's images have them.
cat > "$root/etc/udev/rules.d/70-lab-volumes.rules" <<'RULES'
SUBSYSTEM=="block", KERNEL=="ubd[c-z]", ATTR{serial}=="?*", SYMLINK+="disk/by-id/scsi-0HC_Volume_$attr{serial}"
RULES
printf '[Service]\nExecStart=\nExecStart=-udevadm trigger --action=add --subsystem-match=net --subsystem-match=block\n' \
  > "$root/etc/systemd/system/systemd-udev-trigger.service.d/lab.conf"
