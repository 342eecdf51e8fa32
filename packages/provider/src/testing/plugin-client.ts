import { credentials } from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { emptyProto, providerProto, providerService, structProto } from "../wire/protos.js";
import type { PropertyMap } from "../wire/values.js";

const struct = (map: PropertyMap) => structProto.Struct.fromJavaScript(map as never);
const fromStruct = (value: { toJavaScript(): unknown } | undefined) => (value?.toJavaScript() ?? {}) as PropertyMap;

/** `urn("Service", "anna-blog")`. */
export const urn = (type: string, name: string) => `urn:pulumi:test::lab::allmende:index:${type}::${name}`;

/** Talks to a plugin as the engine does, in plain values. Rejects with gRPC's ServiceError. */
export function connectPlugin(port: number) {
  const client = new providerService.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = <T>(method: string, request: unknown): Promise<T> => {
    const stub = (
      client as unknown as Record<string, (request: unknown, done: (error: unknown, value: T) => void) => void>
    )[method];
    return new Promise((resolve, reject) => {
      stub?.call(client, request, (error, value) => (error ? reject(error) : resolve(value)));
    });
  };
  return {
    close: () => client.close(),
    getPluginInfo: () => call<{ getVersion(): string }>("getPluginInfo", new emptyProto.Empty()),
    getSchema: async () =>
      JSON.parse((await call<pb.GetSchemaResponse>("getSchema", new providerProto.GetSchemaRequest())).getSchema()),
    cancel: () => call<unknown>("cancel", new emptyProto.Empty()),
    invoke: () => call<unknown>("invoke", new providerProto.InvokeRequest().setTok("allmende:index:nothing")),
    configure: async (args: PropertyMap) => {
      const response = await call<pb.ConfigureResponse>(
        "configure",
        new providerProto.ConfigureRequest().setArgs(struct(args)),
      );
      return response.toObject();
    },
    checkConfig: (news: PropertyMap) => check("checkConfig", "", news),
    check: (resource: string, news: PropertyMap, olds: PropertyMap = {}) => check("check", resource, news, olds),
    diff: async (resource: string, state: { inputs: PropertyMap; outputs: PropertyMap }, news: PropertyMap) => {
      const request = new providerProto.DiffRequest().setUrn(resource).setOlds(struct(state.outputs));
      request.setOldInputs(struct(state.inputs)).setNews(struct(news));
      return (await call<pb.DiffResponse>("diff", request)).toObject();
    },
    create: async (resource: string, inputs: PropertyMap, preview = false, timeoutSeconds = 0) => {
      const request = new providerProto.CreateRequest()
        .setUrn(resource)
        .setProperties(struct(inputs))
        .setPreview(preview)
        .setTimeout(timeoutSeconds);
      const response = await call<pb.CreateResponse>("create", request);
      return { id: response.getId(), outputs: fromStruct(response.getProperties()) };
    },
    update: async (
      resource: string,
      state: { inputs: PropertyMap; outputs: PropertyMap },
      news: PropertyMap,
      preview = false,
      timeoutSeconds = 0,
    ) => {
      const request = new providerProto.UpdateRequest()
        .setUrn(resource)
        .setOlds(struct(state.outputs))
        .setPreview(preview)
        .setTimeout(timeoutSeconds);
      request.setOldInputs(struct(state.inputs)).setNews(struct(news));
      return fromStruct((await call<pb.UpdateResponse>("update", request)).getProperties());
    },
    read: async (resource: string, id: string, inputs: PropertyMap = {}, outputs: PropertyMap = {}) => {
      const request = new providerProto.ReadRequest().setUrn(resource).setId(id);
      request.setInputs(struct(inputs)).setProperties(struct(outputs));
      const response = await call<pb.ReadResponse>("read", request);
      return {
        id: response.getId(),
        inputs: fromStruct(response.getInputs()),
        outputs: fromStruct(response.getProperties()),
      };
    },
    delete: (resource: string, id: string, inputs: PropertyMap, timeoutSeconds = 0) => {
      const request = new providerProto.DeleteRequest().setUrn(resource).setId(id).setTimeout(timeoutSeconds);
      return call<unknown>("delete", request.setProperties(struct(inputs)).setOldInputs(struct(inputs)));
    },
  };

  async function check(method: string, resource: string, news: PropertyMap, olds: PropertyMap = {}) {
    const response = await call<pb.CheckResponse>(
      method,
      new providerProto.CheckRequest().setUrn(resource).setOlds(struct(olds)).setNews(struct(news)),
    );
    const failures = response.getFailuresList().map((each) => each.toObject());
    return { inputs: fromStruct(response.getInputs()), failures };
  }
}

export type PluginClient = ReturnType<typeof connectPlugin>;
