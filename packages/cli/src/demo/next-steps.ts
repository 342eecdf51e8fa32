import { memberUid } from "@allmende/model";
import type { DemoRow } from "./demo.js";

/** What to try after the demo: each a command that works when pasted, in the project's folder. */
export function nextSteps(
  rows: readonly DemoRow[],
): readonly (readonly [title: string, commands: readonly string[]])[] {
  const web = rows.find((row) => row.url?.startsWith("http:"));
  const service = web?.service ?? "anna-blog";
  const host = web?.host ?? "web1";
  return [
    ["See how they are", ["npm run -s allmende -- status stacks/lab"]],
    [
      "Break something, see it, mend it",
      [
        `npm run -s allmende -- lab ssh ${host} sudo rm /etc/containers/systemd/users/${memberUid(web?.memberNumber ?? 1042)}/${service}.container`,
        "npm run -s allmende -- drift stacks/lab",
        "npm run -s allmende -- up stacks/lab --refresh --yes",
      ],
    ],
    [
      "Give a service more RAM, without a restart",
      [
        `sed -i 's/^ram: .*/ram: 96MiB/' stacks/lab/inventory/services/${service}.yaml`,
        "npm run -s allmende -- up stacks/lab --yes",
      ],
    ],
    ["Read what a service writes", [`npm run -s allmende -- logs ${service} -C stacks/lab`]],
    [
      "See when hosts are patched, and what they would get",
      ["npm run -s allmende -- windows stacks/lab", "npm run -s allmende -- patch plan stacks/lab"],
    ],
    ["Take a host's files with you", [`npm run -s allmende -- render ${host} --out /tmp/${host} -C stacks/lab`]],
    ["Take everything down", ["npm run demo -- --down"]],
  ];
}
