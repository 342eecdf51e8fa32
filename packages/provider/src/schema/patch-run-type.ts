import { listOf, mapOf, object, type ResourceType } from "./property.js";

export const patchRunType: ResourceType = {
  token: "allmende:index:PatchRun",
  description:
    "A host's part in the runs of a patch window. While the window is closed it does nothing and touches no host; each time that the window is open, the host is patched once, in its turn.",
  properties: {
    window: {
      type: object("PatchWindow"),
      required: true,
      description:
        "The window as it is declared. Another `name` is another run; no other change does anything by itself.",
    },
    host: {
      type: object("HostDeclaration"),
      required: true,
      description: "The host. Another `name` is another run.",
    },
    hosts: {
      type: listOf(object("PatchHost")),
      required: true,
      description: "All hosts that the window selects, this one among them: they are patched in one run, in one order.",
    },
    stack: {
      type: "string",
      required: true,
      description:
        "Under which name hosts record the run: the same stack, occurrence and host is done once. Usually `PROJECT.STACK`.",
    },
    emergency: {
      type: object("PatchEmergency"),
      description:
        "A run outside the window, at once, in its order and with its permissions. Done once for the same reason and name.",
    },
    vulnerabilities: {
      type: "string",
      description:
        "Debian's security data, as a file or an address of a mirror: with it a preview says which CVEs each package fixes.",
    },
    mail: {
      type: object("PatchMail"),
      description:
        "Hostmasters are told by e-mail how a run ended, and alerted when it needs somebody; the same is told once. Not kept in the state.",
    },
    calendars: {
      type: mapOf("string"),
      description: "Texts (ICS) of the calendars that the window's blackouts name. Not kept in the state.",
    },
  },
  outputs: {
    occurrence: {
      type: "string",
      required: false,
      description:
        "The last opening in which something was done here: `security-nightly/2026-12-01T02:00[Europe/Berlin]`.",
    },
    snapshot: {
      type: "string",
      required: false,
      description: "Apt's snapshot whose packages that brought, when the window declares one.",
    },
    outcome: {
      type: "string",
      required: false,
      description:
        "How it ended: `done` (proven), `refused`, `rolled-back`, `broken`, `unfinished` (cut off), `not-well` (after its soak time).",
    },
    cause: { type: "string", required: false, description: "Why it is not done." },
    upgraded: { type: listOf(object("UpgradedPackage")), required: false, description: "What was upgraded." },
    phases: { type: listOf(object("PatchPhase")), required: false, description: "The phases of the run, in order." },
    reboot: { type: object("PatchReboot"), required: false, description: "Whether the host was rebooted." },
    untold: {
      type: "boolean",
      required: false,
      description:
        "Set when hostmasters could not be told by e-mail how the run ended: applied again while the window is open, only that is tried again.",
    },
    reportedAt: { type: "string", required: false, description: "When its last phase ended, ISO 8601." },
  },
  idExample: "security-nightly/web1",
};
