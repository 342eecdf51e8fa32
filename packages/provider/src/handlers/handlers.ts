import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Message } from "google-protobuf";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { emptyProto, providerProto, structProto } from "../wire/protos.js";
import type { PropertyMap } from "../wire/values.js";

/** Answers of the plugin by the protocol's method; they return or throw. */
// biome-ignore lint/suspicious/noExplicitAny: each method has a request type of its own, which its handler names.
export type Handlers = Readonly<Record<string, (request: any) => Message | Promise<Message>>>;

export const fromStruct = (struct: Struct | undefined): PropertyMap => (struct?.toJavaScript() ?? {}) as PropertyMap;
export const toStruct = (map: PropertyMap): Struct => structProto.Struct.fromJavaScript(map as never);
export const empty = () => new emptyProto.Empty();

export function toFailure({
  property,
  reason,
}: {
  readonly property: string;
  readonly reason: string;
}): pb.CheckFailure {
  return new providerProto.CheckFailure().setProperty(property).setReason(reason);
}
