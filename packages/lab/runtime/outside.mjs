// The half of the forwarder that listens on the machine's loopback. Usage: node outside.mjs DIRECTORY
// DIRECTORY/forwarder.json says what to listen on; SIGHUP-free: a line "reload" on DIRECTORY/control.sock reads it again and
// answers "ok" once that is in force. Connections reach the lab's namespace through DIRECTORY/inside.sock, since a unix
// socket is bound to no network namespace.
import { readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { relay } from "./relay.mjs";

const directory = process.argv[2];
/** "ADDRESS:PORT" to its server, its open sockets and where it leads. */
const listeners = new Map();
let delayMs = 0;
let lastReload = Promise.resolve();

/** One after the other: two at once would listen twice. */
function reload() {
  lastReload = lastReload.catch(() => {}).then(applyConfiguration);
  return lastReload;
}

async function applyConfiguration() {
  const config = JSON.parse(readFileSync(join(directory, "forwarder.json"), "utf8"));
  delayMs = config.delayMs;
  const wanted = new Map();
  for (const target of config.targets) {
    if (target.cut) continue;
    for (const port of target.ports) wanted.set(`${target.listen}:${port}`, { ...target, port });
  }
  for (const [key, listener] of listeners) {
    if (wanted.has(key)) continue;
    listeners.delete(key);
    for (const socket of listener.sockets) socket.resetAndDestroy();
    await new Promise((resolve) => listener.server.close(resolve));
  }
  for (const [key, target] of wanted) if (!listeners.has(key)) listeners.set(key, await listen(target));
}

function listen({ listen: address, connect: inside, port }) {
  const sockets = new Set();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    forward(socket, inside, port);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => resolve({ server, sockets }));
  });
}

/** The inside half answers with one byte once the host has accepted; without it the caller sees a reset, like a closed port. */
function forward(socket, inside, port) {
  const upstream = connect({ path: join(directory, "inside.sock"), allowHalfOpen: true });
  let connected = false;
  upstream.on("connect", () => upstream.write(`${inside} ${port}\n`));
  upstream.on("error", () => socket.resetAndDestroy());
  upstream.on("close", () => connected || socket.resetAndDestroy());
  socket.on("close", () => upstream.destroy());
  upstream.once("readable", () => {
    // Readable without a byte is the end: half-open sockets do not close by themselves.
    if (upstream.read(1) === null) return upstream.destroy();
    connected = true;
    relay(socket, upstream, delayMs / 2);
    relay(upstream, socket, delayMs / 2);
  });
}

const controlPath = join(directory, "control.sock");
rmSync(controlPath, { force: true });
await reload();
createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", () =>
    reload().then(
      () => socket.end("ok\n"),
      (error) => socket.end(`${error.message}\n`),
    ),
  );
}).listen(controlPath);
process.on("SIGTERM", () => process.exit(0));
