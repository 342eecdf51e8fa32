import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import type * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Message } from "google-protobuf";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { checkResource, markSecrets, renderFailure } from "../operations/check.js";
import { createResource, previewCreation } from "../operations/create.js";
import { deleteResource } from "../operations/delete.js";
import { readResource } from "../operations/read.js";
import { kindOfUrn } from "../operations/resource-request.js";
import { previewUpdate, updateResource } from "../operations/update.js";
import { diffResource } from "../resources/diff.js";
import { diffValues } from "../resources/property-diff.js";
import { checkConfiguration, parseConfiguration, variablesToMap } from "../run/configuration.js";
import type { Run } from "../run/run.js";
import { renderPulumiSchema } from "../schema/pulumi-schema.js";
import { configuration } from "../schema/resource-types.js";
import { version } from "../version.js";
import { renderDiff } from "./diff-response.js";
import { connectEngineLog } from "./engine-log.js";
import { toServiceError, Unimplemented } from "./errors.js";
import { emptyProto, pluginProto, providerProto, structProto } from "./protos.js";
import { type PropertyMap, renderPath } from "./values.js";

const fromStruct = (struct: Struct | undefined): PropertyMap => (struct?.toJavaScript() ?? {}) as PropertyMap;
const toStruct = (map: PropertyMap): Struct => structProto.Struct.fromJavaScript(map as never);
const empty = () => new emptyProto.Empty();

/** gRPC's callbacks around a function that returns or throws. */
function unary<Request extends Message, Response extends Message>(
  handle: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const answer = async () => handle(call.request);
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}

function unimplemented(what: string): handleUnaryCall<Message, Message> {
  return unary(() => {
    throw new Unimplemented(`Allmende has no ${what}.`);
  });
}

/** The plugin's side of Pulumi's provider protocol. `onEngine`: lines go to this engine's display. */
export function createService(run: Run): UntypedServiceImplementation {
  return { ...aboutItself(run), ...aboutConfiguration(run), ...aboutResources(run), ...absent };
}

function aboutItself(run: Run): UntypedServiceImplementation {
  return {
    handshake: unary((request: pb.ProviderHandshakeRequest) => {
      run.attach(connectEngineLog(request.getEngineAddress()));
      return new providerProto.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true);
    }),
    attach: unary((request: plugin.PluginAttach) => {
      run.attach(connectEngineLog(request.getAddress()));
      return empty();
    }),
    getPluginInfo: unary(() => new pluginProto.PluginInfo().setVersion(version)),
    getSchema: unary(() => new providerProto.GetSchemaResponse().setSchema(JSON.stringify(renderPulumiSchema()))),
    cancel: unary(async () => {
      await run.cancel();
      return empty();
    }),
  };
}

function aboutConfiguration(run: Run): UntypedServiceImplementation {
  return {
    checkConfig: unary((request: pb.CheckRequest) => {
      const news = fromStruct(request.getNews());
      const failures = checkConfiguration(news).map((finding) => toFailure(renderFailure(configuration, finding)));
      const inputs = markSecrets(configuration, news);
      return new providerProto.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
    }),
    // Another way to reach the same hosts replaces none of them.
    diffConfig: unary((request: pb.DiffRequest) => {
      const old = request.getOldInputs() ?? request.getOlds();
      const differences = diffValues(fromStruct(old), fromStruct(request.getNews()));
      const details = differences.map(
        ({ path, kind }) => [renderPath(path), { kind, isReplacement: false, isInput: true }] as const,
      );
      return renderDiff({ details: new Map(details), isLiveOnly: false });
    }),
    configure: unary((request: pb.ConfigureRequest) => {
      const args = request.getArgs();
      const inputs = args === undefined ? variablesToMap(request.getVariablesMap().getEntryList()) : fromStruct(args);
      run.configure(parseConfiguration(inputs));
      return new providerProto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setSupportspreview(true);
    }),
  };
}

function aboutResources(run: Run): UntypedServiceImplementation {
  return {
    check: unary(async (request: pb.CheckRequest) => {
      const { inputs, failures } = await checkResource(run, request.getUrn(), fromStruct(request.getNews()));
      return new providerProto.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures.map(toFailure));
    }),
    diff: unary((request: pb.DiffRequest) => {
      const oldOutputs = fromStruct(request.getOlds());
      const oldInputs = request.hasOldInputs() ? fromStruct(request.getOldInputs()) : oldOutputs;
      const newInputs = fromStruct(request.getNews());
      const ignoreChanges = request.getIgnorechangesList();
      return renderDiff(
        diffResource({ ...kindOfUrn(request.getUrn()), oldInputs, newInputs, oldOutputs, ignoreChanges }),
      );
    }),
    create: unary(async (request: pb.CreateRequest) => {
      const create = request.getPreview() ? previewCreation : createResource;
      const { id, outputs } = await create(run, request.getUrn(), fromStruct(request.getProperties()));
      return new providerProto.CreateResponse().setId(id).setProperties(toStruct(outputs));
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const { id, inputs, outputs } = await readResource(
        run,
        request.getUrn(),
        request.getId(),
        fromStruct(request.getInputs()),
      );
      return new providerProto.ReadResponse().setId(id).setInputs(toStruct(inputs)).setProperties(toStruct(outputs));
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const oldOutputs = fromStruct(request.getOlds());
      const oldInputs = request.hasOldInputs() ? fromStruct(request.getOldInputs()) : oldOutputs;
      const update = { urn: request.getUrn(), oldInputs, oldOutputs, newInputs: fromStruct(request.getNews()) };
      const outputs = request.getPreview() ? previewUpdate(update) : await updateResource(run, update);
      return new providerProto.UpdateResponse().setProperties(toStruct(outputs));
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      const inputs = request.hasOldInputs() ? request.getOldInputs() : request.getProperties();
      await deleteResource(run, request.getUrn(), fromStruct(inputs));
      return empty();
    }),
  };
}

/** What the protocol knows and this plugin does not offer. */
const absent: UntypedServiceImplementation = {
  parameterize: unimplemented("parameters"),
  invoke: unimplemented("functions"),
  call: unimplemented("methods"),
  construct: unimplemented("components in its plugin"),
  getMapping: unimplemented("mappings"),
  getMappings: unary(() => new providerProto.GetMappingsResponse()),
};

function toFailure({ property, reason }: { readonly property: string; readonly reason: string }): pb.CheckFailure {
  return new providerProto.CheckFailure().setProperty(property).setReason(reason);
}
