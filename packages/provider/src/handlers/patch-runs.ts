import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { applyPatchRun, readPatchRun } from "../patch/apply.js";
import { checkPatchRun } from "../patch/check.js";
import { describeUndone, diffPatchRun } from "../patch/diff.js";
import type { Run } from "../run/run.js";
import { renderDiff } from "../wire/diff-response.js";
import { providerProto } from "../wire/protos.js";
import { empty, fromStruct, type Handlers, toFailure, toStruct } from "./handlers.js";

/** The life of a patch run. Its deletion touches no host: what was done there stays done. */
export function aboutPatchRuns(run: Run): Handlers {
  return {
    check: (request: pb.CheckRequest) => {
      const { inputs, failures } = checkPatchRun(run, request.getUrn(), fromStruct(request.getNews()), Date.now());
      return new providerProto.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures.map(toFailure));
    },
    diff: (request: pb.DiffRequest) => {
      const [oldOutputs, newInputs] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const oldInputs = request.hasOldInputs() ? fromStruct(request.getOldInputs()) : oldOutputs;
      const undone = describeUndone(newInputs, oldOutputs);
      if (undone !== undefined) run.log("warning", undone, request.getUrn());
      return renderDiff(diffPatchRun(oldInputs, newInputs, oldOutputs));
    },
    create: async (request: pb.CreateRequest) => {
      const { id, outputs } = await applyPatchRun(run, {
        urn: request.getUrn(),
        inputs: fromStruct(request.getProperties()),
        oldOutputs: undefined,
        preview: request.getPreview(),
      });
      return new providerProto.CreateResponse().setId(id).setProperties(toStruct(outputs));
    },
    read: (request: pb.ReadRequest) => {
      const [given, before] = [fromStruct(request.getInputs()), fromStruct(request.getProperties())];
      const { id, inputs, outputs } = readPatchRun(request.getId(), given, before);
      return new providerProto.ReadResponse().setId(id).setInputs(toStruct(inputs)).setProperties(toStruct(outputs));
    },
    update: async (request: pb.UpdateRequest) => {
      const { outputs } = await applyPatchRun(run, {
        urn: request.getUrn(),
        inputs: fromStruct(request.getNews()),
        oldOutputs: fromStruct(request.getOlds()),
        preview: request.getPreview(),
      });
      return new providerProto.UpdateResponse().setProperties(toStruct(outputs));
    },
    delete: () => empty(),
  };
}
