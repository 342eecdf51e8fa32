import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  checkHostKey,
  createHostKey,
  diffHostKey,
  previewHostKey,
  refuseHostKeyImport,
} from "../operations/host-key.js";
import { renderDiff } from "../wire/diff-response.js";
import { providerProto } from "../wire/protos.js";
import { empty, fromStruct, type Handlers, toFailure, toStruct } from "./handlers.js";

/** Key pairs are made here and lie in the state alone: no host is asked about them. */
export const aboutHostKeys: Handlers = {
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
