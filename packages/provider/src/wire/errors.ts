import { AllmendeError, HostError } from "@allmende/model";
import { Metadata, status } from "@grpc/grpc-js";
import { anyProto, providerProto, statusProto, structProto } from "./protos.js";
import type { PropertyMap } from "./values.js";

/** A resource exists on its host, but not in the state that was asked for: Pulumi keeps it in its state and tries again. */
export class PartialFailure extends Error {
  readonly id: string;
  /** Outputs: what is really there. */
  readonly properties: PropertyMap;
  /** Inputs to record, so that the next run sees what is still to do. */
  readonly inputs: PropertyMap;

  constructor(cause: unknown, id: string, properties: PropertyMap, inputs: PropertyMap) {
    super(explain(cause), { cause });
    this.id = id;
    this.properties = properties;
    this.inputs = inputs;
  }
}

/** The engine asked for something that this plugin does not offer. */
export class Unimplemented extends Error {}

/** The run was cancelled before this was begun. */
export class Cancelled extends Error {}

const isDebugging = process.env["ALLMENDE_DEBUG"] === "1";

/** An error in words for its reader: what, the end of the log, what to do next. Only unexpected errors carry a stack trace. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof AllmendeError)) {
    const isOurs = error instanceof PartialFailure || error instanceof Cancelled || error instanceof Unimplemented;
    return isOurs && !isDebugging ? error.message : (error.stack ?? error.message);
  }
  const lines = [error.message];
  if (error instanceof HostError && error.logTail !== "") {
    lines.push(
      ...error.logTail
        .trimEnd()
        .split("\n")
        .map((line) => `  | ${line}`),
    );
  }
  if (error.nextStep !== undefined) lines.push(error.nextStep);
  return lines.join("\n");
}

/** What gRPC sends for an error: code, text, and for a partial failure what exists. */
export function toServiceError(error: unknown): { code: status; details: string; metadata?: Metadata } {
  if (error instanceof Unimplemented) return { code: status.UNIMPLEMENTED, details: error.message };
  if (error instanceof Cancelled) return { code: status.CANCELLED, details: error.message };
  if (!(error instanceof PartialFailure)) return { code: status.UNKNOWN, details: explain(error) };
  const detail = new providerProto.ErrorResourceInitFailed()
    .setId(error.id)
    .setProperties(structProto.Struct.fromJavaScript(error.properties as never))
    .setInputs(structProto.Struct.fromJavaScript(error.inputs as never))
    .setReasonsList([error.message]);
  const any = new anyProto.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new statusProto.Status().setCode(status.UNKNOWN).setMessage(error.message);
  // It returns what was added: not to be chained.
  message.addDetails(any);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  return { code: status.UNKNOWN, details: error.message, metadata };
}
