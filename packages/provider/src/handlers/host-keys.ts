import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  checkHostKey,
  createHostKey,
  diffHostKey,
  previewHostKey,
  refuseHostKeyImport,
} from "../operations/host-key.js";
import { tokenOfUrn } from "../operations/resource-request.js";
import { hostKeyType } from "../schema/resource-types.js";
import { renderDiff } from "../wire/diff-response.js";
import { providerProto } from "../wire/protos.js";
import { empty, fromStruct, type Handlers, toFailure, toStruct } from "./handlers.js";

/** Key pairs are made here and lie in the state alone: no host is asked about them. */
const aboutHostKeys: Handlers = {
  check: (request: pb.CheckRequest) => {
    const inputs = fromStruct(request.getNews());
    const failures = checkHostKey(fromStruct(request.getOlds()), inputs).map(toFailure);
    return new providerProto.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
  },
  diff: (request: pb.DiffRequest) =>
    renderDiff(diffHostKey(fromStruct(request.getOldInputs() ?? request.getOlds()), fromStruct(request.getNews()))),
  create: async (request: pb.CreateRequest) => {
    const inputs = fromStruct(request.getProperties());
    const { id, outputs } = request.getPreview() ? previewHostKey(inputs) : await createHostKey(inputs);
    return new providerProto.CreateResponse().setId(id).setProperties(toStruct(outputs));
  },
  read: (request: pb.ReadRequest) => {
    const outputs = request.getProperties();
    if (fromStruct(outputs)["privateKey"] === undefined) throw refuseHostKeyImport(request.getId());
    return new providerProto.ReadResponse()
      .setId(request.getId())
      .setInputs(request.getInputs())
      .setProperties(outputs);
  },
  update: (request: pb.UpdateRequest) => {
    const { publicKey, privateKey } = fromStruct(request.getOlds());
    const outputs = { ...fromStruct(request.getNews()), publicKey: publicKey ?? null, privateKey: privateKey ?? null };
    return new providerProto.UpdateResponse().setProperties(toStruct(outputs));
  },
  delete: () => empty(),
};

/** The same handlers, apart from what is asked about a host key. */
export function withHostKeys(handlers: Handlers): Handlers {
  const chosen = Object.entries(handlers).map(([method, handle]) => {
    const own = aboutHostKeys[method];
    const isOwn = (request: pb.CheckRequest) => tokenOfUrn(request.getUrn()) === hostKeyType.token;
    return [
      method,
      (request: pb.CheckRequest) => (own !== undefined && isOwn(request) ? own : handle)(request),
    ] as const;
  });
  return Object.fromEntries(chosen);
}
