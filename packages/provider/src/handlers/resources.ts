import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { checkResource } from "../operations/check.js";
import { createResource, previewCreation } from "../operations/create.js";
import { deleteResource } from "../operations/delete.js";
import { readResource } from "../operations/read.js";
import { kindOfUrn } from "../operations/resource-request.js";
import { previewUpdate, updateResource } from "../operations/update.js";
import { diffResource } from "../resources/diff.js";
import type { Run } from "../run/run.js";
import { renderDiff } from "../wire/diff-response.js";
import { providerProto } from "../wire/protos.js";
import { empty, fromStruct, type Handlers, toFailure, toStruct } from "./handlers.js";

/** The life of a resource. */
export function aboutResources(run: Run): Handlers {
  return {
    check: async (request: pb.CheckRequest) => {
      const isKnown = (request.getOlds()?.getFieldsMap().getLength() ?? 0) > 0;
      const { inputs, failures } = await checkResource(run, request.getUrn(), fromStruct(request.getNews()), isKnown);
      return new providerProto.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures.map(toFailure));
    },
    diff: (request: pb.DiffRequest) => {
      const oldOutputs = fromStruct(request.getOlds());
      const oldInputs = request.hasOldInputs() ? fromStruct(request.getOldInputs()) : oldOutputs;
      const newInputs = fromStruct(request.getNews());
      const ignoreChanges = request.getIgnorechangesList();
      return renderDiff(
        diffResource({ ...kindOfUrn(request.getUrn()), oldInputs, newInputs, oldOutputs, ignoreChanges }),
      );
    },
    create: async (request: pb.CreateRequest) => {
      const create = request.getPreview() ? previewCreation : createResource;
      const inputs = fromStruct(request.getProperties());
      const { id, outputs } = await create(run, request.getUrn(), inputs, request.getTimeout());
      return new providerProto.CreateResponse().setId(id).setProperties(toStruct(outputs));
    },
    read: async (request: pb.ReadRequest) => {
      const { id, inputs, outputs } = await readResource(
        run,
        request.getUrn(),
        request.getId(),
        fromStruct(request.getInputs()),
      );
      return new providerProto.ReadResponse().setId(id).setInputs(toStruct(inputs)).setProperties(toStruct(outputs));
    },
    update: async (request: pb.UpdateRequest) => {
      const oldOutputs = fromStruct(request.getOlds());
      const oldInputs = request.hasOldInputs() ? fromStruct(request.getOldInputs()) : oldOutputs;
      const newInputs = fromStruct(request.getNews());
      const timeoutSeconds = request.getTimeout();
      const update = { urn: request.getUrn(), oldInputs, oldOutputs, newInputs, timeoutSeconds };
      const outputs = request.getPreview() ? previewUpdate(update) : await updateResource(run, update);
      return new providerProto.UpdateResponse().setProperties(toStruct(outputs));
    },
    delete: async (request: pb.DeleteRequest) => {
      const inputs = request.hasOldInputs() ? request.getOldInputs() : request.getProperties();
      await deleteResource(run, request.getUrn(), fromStruct(inputs), request.getTimeout());
      return empty();
    },
  };
}
