import { Server, ServerCredentials } from "@grpc/grpc-js";
import pluginInfo from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";

/** A provider that checks nothing, knows nothing and echoes its inputs: the floor for any provider on this engine. */
type Done = (error: null, response: unknown) => void;
// biome-ignore lint/suspicious/noExplicitAny: generated requests have no common type
type Call = { request: any };

const echo = (response: { setInputs?(value: unknown): void; setProperties?(value: unknown): void }, value: unknown) => {
  response.setInputs?.(value);
  response.setProperties?.(value);
  return response;
};

const server = new Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
server.addService(providerService.ResourceProviderService, {
  getPluginInfo: (_: Call, done: Done) => done(null, new pluginInfo.PluginInfo()),
  attach: (_: Call, done: Done) => done(null, new emptyProto.Empty()),
  checkConfig: ({ request }: Call, done: Done) =>
    done(null, echo(new providerProto.CheckResponse(), request.getNews())),
  diffConfig: (_: Call, done: Done) => done(null, new providerProto.DiffResponse()),
  configure: (_: Call, done: Done) => {
    const response = new providerProto.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setAcceptresources(true);
    response.setSupportspreview(true);
    done(null, response);
  },
  check: ({ request }: Call, done: Done) => done(null, echo(new providerProto.CheckResponse(), request.getNews())),
  diff: (_: Call, done: Done) => done(null, new providerProto.DiffResponse()),
  create: ({ request }: Call, done: Done) =>
    done(null, echo(new providerProto.CreateResponse(), request.getProperties())),
  cancel: (_: Call, done: Done) => done(null, new emptyProto.Empty()),
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port);
});
