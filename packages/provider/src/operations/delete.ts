import { ConnectError } from "@allmende/model";
import { memberOf, resourceId } from "../resources/identity.js";
import type { Run } from "../run/run.js";
import type { PropertyMap } from "../wire/values.js";
import { withinCustomTimeout } from "./custom-timeout.js";
import { kindOfUrn, requireDeclaration } from "./resource-request.js";

/**
 * Removes what a resource owns on its host, within `timeoutSeconds` (0: as long as it takes); a member's volumes stay unless
 * `deleteData` was set.
 */
export async function deleteResource(
  run: Run,
  urn: string,
  inputs: PropertyMap,
  timeoutSeconds: number,
): Promise<void> {
  const declaration = requireDeclaration(kindOfUrn(urn).kind, inputs, urn);
  const deleteData = declaration.kind === "service" && declaration.service.deleteData;
  const change = { kind: "remove", id: resourceId(declaration), member: memberOf(declaration), deleteData } as const;
  try {
    const onProgress = (message: string) => run.progress(message, urn);
    const submitted = run.session(declaration.host).submit(declaration.host, change, onProgress);
    const result = await withinCustomTimeout(submitted, declaration, timeoutSeconds);
    if (result.state === "failed") throw result.error;
  } catch (error) {
    throw error instanceof ConnectError ? withAdviceForLostHosts(error, declaration.host.name) : error;
  }
}

function withAdviceForLostHosts(error: ConnectError, host: string): ConnectError {
  const advice = `If ${host} is gone for good, say so: deletedWith in the program, or \`pulumi state delete\`.`;
  const { code, concerns } = error;
  const nextStep = error.nextStep === undefined ? advice : `${error.nextStep}\n${advice}`;
  return new ConnectError(error.message, { code, concerns, nextStep, cause: error });
}
