import { renderSection } from "./option.js";
import { networkOptions } from "./options/network.js";
import { unitOptions } from "./options/unit.js";
import type { PodmanVersion } from "./podman-version.js";
import { renderUnitFile, type UnitFile } from "./unit-file.js";

/** A network of a member's own, in which their services find each other by name. Throws UnsafeValueError. */
export function compileNetwork(name: string, context: { readonly podman: PodmanVersion }): UnitFile {
  return renderUnitFile(`${name}.network`, [
    renderSection("Unit", unitOptions, { description: `Network ${name}` }, context.podman),
    renderSection("Network", networkOptions, { networkName: name }, context.podman),
  ]);
}
