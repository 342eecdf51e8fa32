import type * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Run } from "../run/run.js";
import { renderPulumiSchema } from "../schema/pulumi-schema.js";
import { version } from "../version.js";
import { connectEngineLog } from "../wire/engine-log.js";
import { pluginProto, providerProto } from "../wire/protos.js";
import { empty, type Handlers } from "./handlers.js";

/** What the plugin is, whom it talks to, and when it is to stop. */
export function aboutItself(run: Run): Handlers {
  return {
    handshake: (request: pb.ProviderHandshakeRequest) => {
      run.attach(connectEngineLog(request.getEngineAddress()));
      return new providerProto.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true);
    },
    attach: (request: plugin.PluginAttach) => {
      run.attach(connectEngineLog(request.getAddress()));
      return empty();
    },
    getPluginInfo: () => new pluginProto.PluginInfo().setVersion(version),
    getSchema: () => new providerProto.GetSchemaResponse().setSchema(JSON.stringify(renderPulumiSchema())),
    cancel: async () => {
      await run.cancel();
      return empty();
    },
  };
}
