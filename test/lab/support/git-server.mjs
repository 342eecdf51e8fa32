// Git repositories over https, by Git's own CGI program. Usage: git-server.mjs ROOT CERTIFICATE KEY PORT; says "listening" once it does.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [root, certificate, key, port] = process.argv.slice(2);

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (request, response) => {
  const place = placeOf(request.url ?? "/");
  if (place === undefined) {
    response.writeHead(400).end();
    return;
  }
  const env = {
    PATH: process.env.PATH,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    // Whoever runs the test owns the repositories, and root may run it.
    ...{ GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "safe.directory", GIT_CONFIG_VALUE_0: "*" },
    ...{ PATH_INFO: place.path, QUERY_STRING: place.query, REQUEST_METHOD: request.method },
    ...{ CONTENT_TYPE: request.headers["content-type"] ?? "", REMOTE_ADDR: request.socket.remoteAddress },
    ...{ HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "" },
    ...{ GIT_PROTOCOL: request.headers["git-protocol"] ?? "" },
  };
  const program = spawn("git", ["http-backend"], { env, stdio: ["pipe", "pipe", "inherit"] });
  request.pipe(program.stdin);
  program.stdin.on("error", () => {});
  let head = Buffer.alloc(0);
  const onHead = (/** @type {Buffer} */ chunk) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    program.stdout.off("data", onHead);
    for (const line of head.subarray(0, end).toString("latin1").split("\r\n")) {
      const at = line.indexOf(":");
      const [name, value] = [line.slice(0, at), line.slice(at + 1).trim()];
      if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
    program.stdout.pipe(response);
  };
  program.stdout.on("data", onHead);
  program.on("close", () => response.end());
});

/** Undefined: no address, or one that cannot be decoded. */
function placeOf(/** @type {string} */ address) {
  try {
    const { pathname, search } = new URL(address, "https://localhost");
    return { path: decodeURIComponent(pathname), query: search.slice(1) };
  } catch {
    return undefined;
  }
}

server.listen(Number(port), () => process.stdout.write("listening\n"));
