import { renderCount } from "@allmende/model";
import type { Styles } from "../output/style.js";
import type { Surveyed } from "./adopt.js";

/** Whether the host fits, and what the first `up` would change on it. */
export function renderSurvey(name: string, { checks, changes, manifests }: Surveyed, style: Styles): string {
  const width = Math.max(...checks.map(({ what }) => what.length));
  const lines = checks.map(({ what, ok, found, wanted }) => {
    const label = `  ${what.padEnd(width)}  `;
    return ok
      ? `${label}${style.green("ok")}: ${found}`
      : `${label}${style.red("does not fit")}: ${found}, wanted is ${wanted}`;
  });
  const { packages, newFiles, changedFiles } = changes;
  const changed = [
    ...(packages.length > 0 ? [`  + ${renderCount(packages.length, "package")}: ${packages.join(" ")}`] : []),
    ...newFiles.map((path) => `  + ${path}`),
    ...changedFiles.map((path) => `  ~ ${path} (there with another content)`),
  ];
  const others = manifests.filter((key) => key !== "host");
  if (manifests.length > 0)
    lines.push(style.yellow(`  Allmende is on it already${others.length > 0 ? `: ${others.join(", ")}` : ""}`));
  const what = changed.length === 0 ? ["  nothing: it is a base host already"] : changed;
  return `${[...lines, "", `what \`up\` would change on ${name}:`, ...what].join("\n")}\n`;
}
