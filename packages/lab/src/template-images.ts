import type { ImageDefinition } from "./image-definitions.js";

/**
 * What stands in for the official images of service templates that are too large to be in every lab: made of Debian's packages, and like the
 * official ones in all that the templates rely on (users, paths, variables, files of secrets, how they start, what a health check runs).
 */
export const largePackages: readonly string[] = [
  "apache2-bin",
  "busybox-static",
  "libapache2-mod-php8.4",
  "mariadb-client-core",
  "mariadb-server-core",
  "nginx-light",
  "nodejs",
  "php8.4-cli",
  "php8.4-fpm",
  "php8.4-mysql",
  "python3-ipykernel",
  "python3-jupyter-server",
  "wordpress",
];

/** As the official images of languages are: without an application, but with what fetches one. Unpacked apart: npm brings many modules along. */
export const fetchingPackages: readonly string[] = [
  "busybox-static",
  "coreutils",
  "git",
  "nodejs",
  "npm",
  "python3-gunicorn",
  "python3-venv",
];

const fetching = [
  "usr/bin/busybox",
  "usr/bin/git",
  ...["env", "mv", "rm"].map((name) => `usr/bin/${name}`),
  "usr/lib/git-core/git",
  "usr/lib/git-core/git-remote-http*",
  "usr/share/git-core",
];

export const fetchingLayers: Readonly<Record<string, readonly string[]>> = {
  nodejsGit: [...fetching, "usr/bin/node", "usr/bin/npm", "usr/share/nodejs", "usr/share/node_modules"],
  pythonGit: [
    ...fetching,
    "usr/bin/python3",
    "usr/bin/python3.13",
    "usr/lib/python3.13",
    // For wheels of them: there is no package index here.
    "usr/lib/python3/dist-packages/gunicorn*",
    "usr/lib/python3/dist-packages/packaging*",
    "usr/share/python-wheels",
  ],
};

const php = "usr/lib/php/20240924";
const apache = "usr/lib/apache2/modules";

export const largeLayers: Readonly<Record<string, readonly string[]>> = {
  jupyter: [
    "usr/bin/busybox",
    "usr/bin/python3",
    "usr/bin/python3.13",
    "usr/lib/python3.13",
    "usr/lib/python3/dist-packages",
    "usr/share/jupyter",
  ],
  mariadb: [
    "usr/bin/busybox",
    "usr/bin/mariadb",
    "usr/bin/mariadb-install-db",
    "usr/bin/my_print_defaults",
    "usr/sbin/mariadbd",
    "usr/share/mariadb/*.sql",
    "usr/share/mariadb/charsets",
    "usr/share/mariadb/english",
  ],
  nodejs: ["usr/bin/busybox", "usr/bin/node", "usr/share/nodejs"],
  php: ["usr/bin/busybox", "usr/sbin/nginx", "usr/sbin/php-fpm8.4"],
  wordpress: [
    "usr/bin/busybox",
    "usr/bin/php8.4",
    "usr/sbin/apache2",
    ...["authz_core", "dir", "mime", "mpm_prefork"].map((name) => `${apache}/mod_${name}.so`),
    `${apache}/libphp8.4.so`,
    ...["ctype", "iconv", "mysqlnd", "mysqli", "tokenizer"].map((name) => `${php}/${name}.so`),
    "usr/share/javascript",
    "usr/share/php/getid3",
    "usr/share/wordpress",
  ],
};

const wwwData = {
  "etc/passwd": { text: "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/sh\n" },
  "etc/group": { text: "root:x:0:\nwww-data:x:33:\n" },
};

// Counts its starts in a volume, so that whoever asks sees whether it was kept.
const nodeApplication = `import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";

appendFileSync("/srv/app/starts", "x");
const starts = readFileSync("/srv/app/starts").length;
createServer((_, response) => response.end(\`from node, start \${starts}, \${process.env.NODE_ENV}\\n\`)).listen(process.env.PORT);
`;

const phpApplication = `<?php
$file = '/srv/data/visits';
file_put_contents($file, 'x', FILE_APPEND);
echo 'from php, visit ', filesize($file), ', ', ini_get('memory_limit'), "\\n";
`;

const wordpressPhp = ["mysqlnd", "mysqli", "ctype", "iconv", "tokenizer"].map((name) => `extension=${name}\n`).join("");

export const largeImages: readonly ImageDefinition[] = [
  {
    reference: "jupyter-server:2",
    base: "jupyter",
    files: {
      "etc/passwd": { text: "root:x:0:0:root:/root:/bin/sh\njovyan:x:1000:100:jovyan:/home/jovyan:/bin/sh\n" },
      "usr/local/bin/start-notebook.py": { script: "jupyter.sh" },
    },
    directories: { "home/jovyan": "1000:100", "home/jovyan/work": "1000:100" },
    command: ["start-notebook.py"],
    environment: { HOME: "/home/jovyan", PATH: "/usr/local/bin:/usr/bin" },
    user: "1000:100",
    port: 8888,
  },
  {
    reference: "mariadb:11.8",
    base: "mariadb",
    files: {
      "usr/local/bin/docker-entrypoint.sh": { script: "mariadb.sh" },
      "usr/local/bin/healthcheck.sh": { script: "mariadb-health.sh" },
    },
    directories: { "var/lib/mysql": "999:999", "run/mysqld": "999:999" },
    command: ["docker-entrypoint.sh"],
    environment: { PATH: "/usr/local/bin:/usr/sbin:/usr/bin" },
    user: "0:0",
    port: 3306,
  },
  {
    reference: "node-app:22",
    base: "nodejs",
    files: {
      "app/package.json": { text: '{ "type": "module", "main": "server.js" }\n' },
      "app/server.js": { text: nodeApplication },
    },
    command: ["node"],
    user: "0:0",
  },
  { reference: "node:22", base: "nodejsGit", files: {}, command: ["node"], user: "0:0" },
  { reference: "python:3.13", base: "pythonGit", files: {}, command: ["python3"], user: "0:0" },
  {
    reference: "php-app:8.4",
    base: "php",
    files: { ...wwwData, "init.sh": { script: "php.sh" }, "var/www/html/public/index.php": { text: phpApplication } },
    directories: { etc: "33:33", "run/php": "33:33", "var/lib/nginx": "33:33", "var/log/nginx": "33:33" },
    command: ["/init.sh"],
    user: "33:33",
    port: 8080,
  },
  {
    reference: "wordpress:6",
    base: "wordpress",
    files: {
      ...wwwData,
      "etc/apache2.conf": { script: "apache2.conf" },
      "etc/mime.types": { text: "text/css css\ntext/html html\ntext/javascript js\n" },
      "etc/php/8.4/apache2/php.ini": { text: wordpressPhp },
      "etc/php/8.4/cli/php.ini": { text: wordpressPhp },
      // WordPress comes with a link to it.
      "etc/ssl/certs/ca-certificates.crt": { text: "" },
      "usr/local/bin/docker-entrypoint.sh": { script: "wordpress.sh" },
      "usr/local/bin/php": { script: "php-cli.sh" },
      "usr/src/wp-config-docker.php": { script: "wp-config.php" },
    },
    directories: { "var/www/html": "33:33" },
    command: ["docker-entrypoint.sh"],
    environment: { PATH: "/usr/local/bin:/usr/sbin:/usr/bin" },
    user: "0:0",
    port: 80,
  },
];

export const largeScripts: readonly string[] = [
  "apache2.conf",
  "jupyter.sh",
  "keep-files.sh",
  "mariadb-health.sh",
  "mariadb.sh",
  "php-cli.sh",
  "php.sh",
  "push-images.sh",
  "wordpress.sh",
  "wp-config.php",
];
