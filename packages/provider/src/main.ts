import { createSshBackend } from "./run/ssh-backend.js";
import { type PluginServer, startServer } from "./server.js";

/** How often to look whether the engine still lives. */
const engineCheckMs = 2_000;

/** The plugin: `pulumi-resource-allmende ENGINE_ADDRESS`. Prints its port, and serves until the engine is gone. */
async function main(): Promise<void> {
  const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const server = await startServer(createSshBackend, engineAddress);
  process.stdout.write(`${server.port}\n`);
  setImmediate(() => server.warm());
  endWith(server, engineAddress !== undefined);
}

/** Ends on a signal, and when the engine that started the plugin has ended without one. */
function endWith(server: PluginServer, hasEngine: boolean): void {
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  // Nobody reads any more: no reason to fail in the middle of a transaction.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  if (!hasEngine) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, engineCheckMs).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
