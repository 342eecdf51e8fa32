#!/bin/busybox sh
# What the start of the official WordPress image with Apache does, as far as its template relies on it: WordPress is copied into an empty
# volume as www-data's, the settings are made of the environment, Apache begins as root on port 80 and answers as www-data.
set -eu
site=/var/www/html
if [ ! -e "$site/index.php" ]; then
  /bin/busybox cp -RL /usr/share/wordpress/* "$site/"
  /bin/busybox cp /usr/src/wp-config-docker.php "$site/wp-config.php"
  /bin/busybox chown -R 33:33 "$site"
fi
exec apache2 -f /etc/apache2.conf -DFOREGROUND
