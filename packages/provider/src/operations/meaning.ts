import type { ResourceTree } from "@allmende/host";
import { describeRam, renderCount } from "@allmende/model";
import type { Declaration } from "../resources/declaration.js";
import type { Run } from "../run/run.js";

/** What a creation means, in one line, before it happens: RAM, what is left to sell, containers and files. */
export async function describeCreation(
  run: Run,
  urn: string,
  declaration: Declaration,
  tree: ResourceTree,
): Promise<string> {
  const files = `writes ${renderCount(tree.files.length, "file")}`;
  if (declaration.kind !== "service") return files;
  const { host, service } = declaration;
  const { soldBytes, limitBytes } = run.declared.admission(host, await run.reportedRam(host, urn));
  const sold =
    limitBytes === undefined ? describeRam(soldBytes) : `${describeRam(soldBytes)} of ${describeRam(limitBytes)}`;
  return `${describeRam(service.ramBytes)} (${host.name}: ${sold} sold after this), starts 1 container, ${files}`;
}
