#!/bin/busybox sh
# PHP-FPM behind nginx as one user on port 8080, as the image that the template for PHP applications names. Like that one's, its start
# writes its settings into the root file system.
set -eu
cat > /etc/php-fpm.conf << CONF
[global]
daemonize = no
error_log = /dev/stderr
[www]
listen = /run/php/fpm.sock
pm = ondemand
pm.max_children = 4
clear_env = no
php_admin_value[memory_limit] = ${PHP_MEMORY_LIMIT:-128M}
CONF
cat > /etc/nginx.conf << 'CONF'
worker_processes 1;
daemon off;
pid /run/php/nginx.pid;
error_log /dev/stderr;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server {
    listen 8080;
    root /var/www/html/public;
    location / {
      fastcgi_pass unix:/run/php/fpm.sock;
      fastcgi_param SCRIPT_FILENAME $document_root/index.php;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param QUERY_STRING $query_string;
    }
  }
}
CONF
php-fpm8.4 --fpm-config /etc/php-fpm.conf &
exec nginx -c /etc/nginx.conf
