import { type handleUnaryCall, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import type { Core } from "./core.js";
import type { BackendFactory } from "./run/run.js";
import { providerService } from "./wire/protos.js";

export interface PluginServer {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** Loads what requests need, ahead of the first one. */
  warm(): void;
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
  let loading: Promise<Core> | undefined;
  const core = () => {
    loading ??= import("./core.js").then(({ createCore }) => createCore(createBackend, engineAddress));
    return loading;
  };
  const server = new Server({
    "grpc.max_receive_message_length": longestMessageBytes,
    "grpc.max_send_message_length": longestMessageBytes,
    // Statistics of every call that nobody asks for.
    "grpc.enable_channelz": 0,
  });
  const service = providerService.ResourceProviderService;
  server.addService(
    service,
    Object.fromEntries(Object.keys(service).map((method) => [method, answerBy(core, method)])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const close = async () => {
    await (await loading)?.close();
    server.forceShutdown();
  };
  return { port, warm: () => void core(), close };
}

function answerBy(core: () => Promise<Core>, method: string): handleUnaryCall<Message, Message> {
  return (call, callback) => {
    core()
      .then(({ answer }) => answer(method, call.request))
      .then(
        (response) => callback(null, response),
        (error: ServiceError) => callback(error),
      );
  };
}
