import { credentials } from "@grpc/grpc-js";
import { engineProto, engineService } from "./protos.js";

export type Severity = "debug" | "info" | "warning" | "error";

/** Lines that appear in Pulumi's own display, at the resource they concern. */
export interface EngineLog {
  /** A line that is kept: shown with the resource and again at the end. */
  log(severity: Severity, message: string, urn?: string): void;
  /** What is being done right now; gone with the next one. */
  progress(message: string, urn?: string): void;
  /** Waits until all lines have arrived, then disconnects. */
  close(): Promise<void>;
}

/** Without an engine (no address given) there is nobody to show lines to. */
export const silentLog: EngineLog = { log() {}, progress() {}, close: async () => {} };

/** Statistics of every call cost a tenth of it, and nobody asks for them. */
const options = { "grpc.enable_channelz": 0 };

/** Connects to the engine at `address` (`127.0.0.1:1234`) with its first line. Lines that cannot be delivered are dropped. */
export function connectEngineLog(address: string): EngineLog {
  let client: InstanceType<typeof engineService.EngineClient> | undefined;
  const pending = new Set<Promise<void>>();
  const send = (severity: Severity, message: string, urn: string | undefined, ephemeral: boolean) => {
    client ??= new engineService.EngineClient(address, credentials.createInsecure(), options);
    const levels = engineProto.LogSeverity;
    const level = { debug: levels.DEBUG, info: levels.INFO, warning: levels.WARNING, error: levels.ERROR }[severity];
    const request = new engineProto.LogRequest().setSeverity(level).setMessage(message).setEphemeral(ephemeral);
    if (urn !== undefined) request.setUrn(urn);
    const sent = new Promise<void>((resolve) => client?.log(request, () => resolve()));
    pending.add(sent);
    void sent.then(() => pending.delete(sent));
  };
  return {
    log: (severity, message, urn) => send(severity, message, urn, false),
    progress: (message, urn) => send("info", message, urn, true),
    close: async () => {
      await Promise.all(pending);
      client?.close();
      client = undefined;
    },
  };
}
