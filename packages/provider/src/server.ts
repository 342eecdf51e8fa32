import { Server, ServerCredentials } from "@grpc/grpc-js";
import { type BackendFactory, Run } from "./run/run.js";
import { connectEngineLog, silentLog } from "./wire/engine-log.js";
import { providerService } from "./wire/protos.js";
import { createService } from "./wire/service.js";

export interface PluginServer {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** Begins nothing new, lets what runs finish, ends all connections. */
  close(): Promise<void>;
}

/** Large states must pass: gRPC's own limit is 4 MiB. */
const longestMessageBytes = 400 * 1024 * 1024;

/** Serves the provider protocol on a free port. `engineAddress`: where log lines go; none, and there are none. */
export async function startServer(
  createBackend: BackendFactory,
  engineAddress: string | undefined,
): Promise<PluginServer> {
  const run = new Run(createBackend, engineAddress === undefined ? silentLog : connectEngineLog(engineAddress));
  const server = new Server({
    "grpc.max_receive_message_length": longestMessageBytes,
    "grpc.max_send_message_length": longestMessageBytes,
  });
  server.addService(providerService.ResourceProviderService, createService(run));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const close = async () => {
    await run.close();
    server.forceShutdown();
  };
  return { port, close };
}
