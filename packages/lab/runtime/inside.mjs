// The half of the forwarder that runs in the lab's network namespace. Usage: node inside.mjs DIRECTORY GATEWAY
// It connects to hosts for the outside half (first line: "ADDRESS PORT"), and serves DIRECTORY/mirror as
// http://mirror.allmende.test/ so that hosts can install packages without any outside network.
import { createReadStream, rmSync, statSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";
import { join, normalize } from "node:path";
import { relay } from "./relay.mjs";

const [directory, gateway] = process.argv.slice(2);

function serve(socket) {
  socket.on("error", () => {});
  let header = "";
  socket.on("readable", function readHeader() {
    for (let byte = socket.read(1); byte !== null; byte = socket.read(1)) {
      if (byte[0] !== 10) {
        header += String.fromCharCode(byte[0]);
        if (header.length > 64) socket.destroy();
        continue;
      }
      socket.off("readable", readHeader);
      const [host, port] = header.split(" ");
      dial(socket, host, Number(port));
      return;
    }
  });
}

function dial(socket, host, port) {
  const target = connect({ host, port, allowHalfOpen: true, noDelay: true });
  target.setTimeout(5_000, () => target.connecting && target.destroy());
  target.on("error", () => socket.destroy());
  target.on("close", () => socket.destroySoon());
  socket.on("close", () => target.destroy());
  target.once("connect", () => {
    socket.write("+");
    relay(socket, target, 0);
    relay(target, socket, 0);
  });
}

function serveMirror(request, response) {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://mirror").pathname));
  const file = join(directory, "mirror", path);
  const found = statSync(file, { throwIfNoEntry: false });
  if (path.includes("..") || !found?.isFile()) return response.writeHead(404).end();
  response.writeHead(200, { "content-length": found.size, "last-modified": found.mtime.toUTCString() });
  if (request.method === "HEAD") return response.end();
  createReadStream(file).pipe(response);
}

const socketPath = join(directory, "inside.sock");
rmSync(socketPath, { force: true });
createServer({ allowHalfOpen: true }, serve).listen(socketPath);
createHttpServer(serveMirror).listen(80, gateway);
process.on("SIGTERM", () => process.exit(0));
