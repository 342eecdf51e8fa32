import { createSshBackend } from "./run/ssh-backend.js";
import { type PluginServer, startServer } from "./server.js";

/** How often to look whether the engine still lives. */
const engineCheckMs = 2_000;

/** How long the plugin waits for what runs once nobody is left to hear of it: the transaction goes on on its host by itself. */
const farewellMs = 5_000;

/** The plugin: `pulumi-resource-allmende ENGINE_ADDRESS`. Prints its port, and serves until the engine is gone. */
async function main(): Promise<void> {
  const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const server = await startServer(createSshBackend, engineAddress);
  process.stdout.write(`${server.port}\n`);
  setImmediate(() => server.warm());
  endWith(server, engineAddress !== undefined);
}

/**
 * Ends on a signal, after what runs; at once on a second one; and soon after the engine that started the plugin has ended
 * without a signal.
 */
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
  const endOrExit = () => (isEnding ? process.exit(1) : end());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, endOrExit);
  // Nobody reads any more: no reason to fail in the middle of a transaction.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  if (!hasEngine) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    setTimeout(() => process.exit(1), farewellMs);
    end();
  }, engineCheckMs);
  watch.unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
