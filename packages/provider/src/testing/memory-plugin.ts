import { startServer } from "../server.js";
import { MemoryBackend } from "./memory-backend.js";
import { connectPlugin, type PluginClient } from "./plugin-client.js";

/** The plugin's server over hosts in memory, and an engine's view of it. */
export interface MemoryPlugin {
  readonly backend: MemoryBackend;
  readonly client: PluginClient;
  readonly close: () => Promise<void>;
}

export async function startMemoryPlugin(): Promise<MemoryPlugin> {
  const backend = new MemoryBackend();
  const server = await startServer(() => backend, undefined);
  const client = connectPlugin(server.port);
  const close = async () => {
    client.close();
    await server.close();
  };
  return { backend, client, close };
}
