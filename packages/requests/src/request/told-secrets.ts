import type { Texts } from "../template/template.js";
import type { PlannedApplication } from "./inventory.js";

/** A generated secret that the member is told. */
export interface ToldSecret {
  readonly service: string;
  /** In Pulumi's configuration. */
  readonly name: string;
  /** What it is for. */
  readonly title: Texts;
}

/** Those that the template marks for the member; the others are internal. */
export function toldSecrets({ plan }: Pick<PlannedApplication, "plan">): ToldSecret[] {
  return plan.generatedSecrets.flatMap(({ service, name, tell }) =>
    tell === undefined ? [] : [{ service, name, title: tell }],
  );
}
