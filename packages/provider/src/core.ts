import type { Message } from "google-protobuf";
import { aboutConfiguration } from "./handlers/configuration.js";
import type { Handlers } from "./handlers/handlers.js";
import { aboutHostKeys } from "./handlers/host-keys.js";
import { aboutItself } from "./handlers/itself.js";
import { aboutPatchRuns } from "./handlers/patch-runs.js";
import { aboutResources } from "./handlers/resources.js";
import { tokenOfUrn } from "./operations/resource-request.js";
import { type BackendFactory, Run } from "./run/run.js";
import { patchRunType } from "./schema/patch-run-type.js";
import { hostKeyType } from "./schema/resource-types.js";
import { connectEngineLog, silentLog } from "./wire/engine-log.js";
import { toServiceError, Unimplemented } from "./wire/errors.js";
import { providerProto } from "./wire/protos.js";

/** Everything behind the protocol: loaded after the port was printed, since the engine waits for that. */
export interface Core {
  /** Rejects with what gRPC sends for an error. */
  answer(method: string, request: Message): Promise<Message>;
  close(): Promise<void>;
}

/** `engineAddress`: where log lines go; none, and there are none. */
export function createCore(createBackend: BackendFactory, engineAddress: string | undefined): Core {
  const run = new Run(createBackend, engineAddress === undefined ? silentLog : connectEngineLog(engineAddress));
  const handlers: Handlers = {
    ...aboutItself(run),
    ...aboutConfiguration(run),
    ...byType(aboutResources(run), {
      [hostKeyType.token]: aboutHostKeys,
      [patchRunType.token]: aboutPatchRuns(run),
    }),
    getMappings: () => new providerProto.GetMappingsResponse(),
  };
  return {
    answer: async (method, request) => {
      try {
        const handle = handlers[method];
        if (handle === undefined) throw new Unimplemented(`The Allmende plugin does not offer "${method}".`);
        return await handle(request);
      } catch (error) {
        throw toServiceError(error);
      }
    },
    close: () => run.close(),
  };
}

/** Handlers of requests about a resource: those of its type, else the usual ones. */
function byType(usual: Handlers, special: Readonly<Record<string, Handlers>>): Handlers {
  const choose = (method: string) => (request: { getUrn(): string }) =>
    (special[tokenOfUrn(request.getUrn())] ?? usual)[method]?.(request) as Message | Promise<Message>;
  return Object.fromEntries(Object.keys(usual).map((method) => [method, choose(method)]));
}
