import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { markSecrets, renderFailure } from "../operations/check.js";
import { diffValues } from "../resources/property-diff.js";
import { checkConfiguration, parseConfiguration, variablesToMap } from "../run/configuration.js";
import type { Run } from "../run/run.js";
import { configuration } from "../schema/resource-types.js";
import { renderDiff } from "../wire/diff-response.js";
import { providerProto } from "../wire/protos.js";
import { renderPath } from "../wire/values.js";
import { fromStruct, type Handlers, toFailure, toStruct } from "./handlers.js";

/** How hosts are reached. */
export function aboutConfiguration(run: Run): Handlers {
  return {
    checkConfig: (request: pb.CheckRequest) => {
      const news = fromStruct(request.getNews());
      const failures = checkConfiguration(news).map((finding) => toFailure(renderFailure(configuration, finding)));
      const inputs = markSecrets(configuration, news);
      return new providerProto.CheckResponse().setInputs(toStruct(inputs)).setFailuresList(failures);
    },
    // Another way to reach the same hosts replaces none of them.
    diffConfig: (request: pb.DiffRequest) => {
      const old = request.getOldInputs() ?? request.getOlds();
      const differences = diffValues(fromStruct(old), fromStruct(request.getNews()));
      const details = differences.map(
        ({ path, kind }) => [renderPath(path), { kind, isReplacement: false, isInput: true }] as const,
      );
      return renderDiff({ details: new Map(details), isLiveOnly: false });
    },
    configure: (request: pb.ConfigureRequest) => {
      const args = request.getArgs();
      const inputs = args === undefined ? variablesToMap(request.getVariablesMap().getEntryList()) : fromStruct(args);
      run.configure(parseConfiguration(inputs));
      return new providerProto.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setSupportspreview(true);
    },
  };
}
