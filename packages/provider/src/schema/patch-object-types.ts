import { hostProperties } from "./host-properties.js";
import { listOf, mapOf, type ObjectType, object, oneOf, type Properties } from "./property.js";

/** Which hosts, by labels. */
const selector = oneOf("string", mapOf(oneOf("string", listOf("string"))));
const amount = oneOf("integer", "string");

export const patchWindowProperties: Properties = {
  name: {
    type: "string",
    required: true,
    description: "Name of the window, part of the id of each of its occurrences.",
    effect: "replace",
  },
  recurrence: {
    type: "string",
    required: true,
    description: "On which days it opens: a rule of RFC 5545, e.g. `FREQ=MONTHLY;BYDAY=2TU`.",
  },
  zone: { type: "string", required: true, description: "IANA time zone whose clocks count, e.g. `Europe/Berlin`." },
  start: {
    type: "string",
    required: true,
    description: "The first day, and the time at which it opens on each of its days: `2026-12-01T02:00`.",
  },
  duration: { type: "string", required: true, description: "How long it stays open, e.g. `3h`." },
  updates: { type: "string", required: true, description: "What may be upgraded: `security` or `all`." },
  snapshot: {
    type: "string",
    description:
      "The level that every host gets, by apt's snapshots: a moment in UTC such as `20261124T020000Z`, or `opening`. Without it, what repositories offer when a run begins.",
  },
  reboot: { type: "string", required: true, description: "`never` or `if-needed`." },
  hosts: {
    type: selector,
    required: true,
    description: "Which hosts: `all`, or labels and their values, e.g. `{ stage: test }`.",
  },
  waves: {
    type: listOf(selector),
    required: true,
    description: "Hosts that go one after the other, by labels; those in none come last, together.",
  },
  canary: {
    type: oneOf("string", object("PatchCanary")),
    required: true,
    description: "Hosts that go first, or `none`.",
  },
  concurrency: {
    type: amount,
    required: true,
    description: "Hosts that are worked on at the same time: a number, or a share such as `25%`.",
  },
  errorThreshold: {
    type: amount,
    required: true,
    description: "Hosts that may fail: a number, or a share. One more, or any of the canary, halts the rest.",
  },
  cutoff: {
    type: object("PatchCutoff"),
    required: true,
    description: "Per phase, the time before the end after which it may not begin.",
  },
  blackouts: {
    type: listOf(oneOf("string", object("PatchBlackout"))),
    description: "When it does not open: days, spans of days, or calendars.",
  },
  notice: { type: "string", required: true, description: "How long before an opening members are told, e.g. `3d`." },
  backup: {
    type: object("PatchBackup"),
    description: "How the age of the last backup shows on its hosts. Without it no age is known.",
  },
  limits: {
    type: object("PatchLimits"),
    description: "Technical bounds of a run on a host, where their defaults do not fit.",
  },
};

/** Of another host of the window the state keeps only what orders it. */
const patchHostProperties: Properties = {
  ...Object.fromEntries(
    Object.entries(hostProperties).map(([name, row]) => [name, { ...row, required: name === "name" }]),
  ),
  labels: { type: mapOf("string"), description: "What the window chooses it by." },
};

export const patchObjectTypes: Readonly<Record<string, ObjectType>> = {
  PatchWindow: {
    description: "A recurring time in which hosts may be patched. Nothing of it has a default but technical limits.",
    properties: patchWindowProperties,
  },
  PatchCanary: {
    description: "Hosts that go before all others.",
    properties: {
      hosts: {
        type: oneOf("integer", mapOf(oneOf("string", listOf("string")))),
        required: true,
        description: "So many hosts of the first wave, or the hosts that have these labels.",
      },
      soak: { type: "string", required: true, description: "How long they must be well before others follow." },
    },
  },
  PatchCutoff: {
    description: "No phase begins when less time than this is left.",
    properties: {
      upgrade: { type: "string", required: true, description: "For installing anything, e.g. `90m`." },
      restart: { type: "string", required: true, description: "For restarting services." },
      reboot: { type: "string", description: "For a reboot. Required unless the window never reboots." },
    },
  },
  PatchBackup: {
    description: "With an older backup no run begins.",
    properties: {
      marker: { type: "string", required: true, description: "A file on the host that is touched when a backup ends." },
      maxAge: { type: "string", required: true, description: "The greatest age of the last backup, e.g. `26h`." },
    },
  },
  PatchLimits: {
    description: "Technical bounds of a run on a host. Defaults stand in the documentation of `windows.yaml`.",
    properties: {
      free: { type: "string", description: "What must be left free on /, /boot and /var, e.g. `64MiB`." },
      load: { type: "number", description: "Load of the last five minutes for each CPU, above which no run begins." },
      clock: { type: "string", description: "How far the clocks of host and runner may be apart, e.g. `2m`." },
      lock: { type: "string", description: "After how long without a sign of life a run has lost its host." },
      settle: { type: "string", description: "How long services may take to come back before the proof begins." },
      reboot: { type: "string", description: "What a reboot with its proof takes, until one was seen." },
      keepRuns: { type: "integer", description: "How many runs a host remembers." },
    },
  },
  PatchBlackout: {
    description: "A time without patching: days, or the events of a calendar.",
    properties: {
      from: { type: "string", description: "First day, e.g. `2026-12-24`." },
      to: { type: "string", description: "Last day. Default: the first." },
      reason: { type: "string", description: "What members and hostmasters are told." },
      ics: { type: "string", description: "A calendar, by its name in `calendars`; instead of days." },
      url: {
        type: oneOf("string", mapOf("string")),
        description:
          "A calendar by its address, or by `{ config }`, the name of the value in Pulumi's configuration that has it; its text is in `calendars` under the address, or as `config:NAME`.",
      },
      maxAge: { type: "string", description: "How old a copy of that calendar may be, e.g. `7d`." },
      ca: {
        type: "string",
        description:
          "File (PEM) beside windows.yaml or the program with the authority that the address's certificate comes from.",
      },
    },
  },
  PatchHost: {
    description:
      "A host of the window as it is declared, with its labels. A run needs all of it; the state keeps name and labels.",
    properties: patchHostProperties,
  },
  PatchEmergency: {
    description: "Why a run cannot wait for the window. Both are recorded on the hosts.",
    properties: {
      reason: { type: "string", required: true, description: "Why it cannot wait." },
      by: { type: "string", required: true, description: "Who decided it." },
    },
  },
  PatchMail: {
    description: "Who is told, from whom and over which server: the words of `mail.yaml`.",
    properties: {
      from: { type: object("PatchMailSender"), required: true, description: "Sender; mails are signed with its name." },
      questions: { type: "string", required: true, description: "Where members ask." },
      hostmasters: { type: listOf("string"), required: true, description: "Who is told: at least one address." },
      language: { type: "string", required: true, description: "`de` or `en`." },
      smtp: { type: object("PatchMailServer"), required: true, description: "The server that takes the mails." },
      sentLog: {
        type: "string",
        required: true,
        description:
          "File that says what was sent, an absolute path. With that of another stack (`.state/mail-STACK.jsonl`), both together tell once.",
      },
    },
  },
  PatchMailSender: {
    description: "Whom mails come from.",
    properties: {
      name: { type: "string", required: true, description: "What recipients see." },
      address: { type: "string", required: true, description: "Address that mails come from." },
    },
  },
  PatchMailServer: {
    description: "An SMTP server.",
    properties: {
      host: { type: "string", required: true, description: "DNS name or IP address, as its certificate has it." },
      port: { type: "integer", required: true, description: "E.g. 587 for `starttls`, 465 for `implicit`." },
      tls: {
        type: "string",
        required: true,
        description: "`starttls`, `implicit` or `none`; with `-unverified`, whoever answers is believed.",
      },
      ca: { type: "string", description: "In PEM, the authority of one's own that signed its certificate." },
      user: { type: "string", description: "Login name; without it, there is no login." },
      password: { type: "string", secret: true, description: "Password of the login." },
    },
  },
  UpgradedPackage: {
    description: "A package that a run has brought to another version.",
    properties: {
      name: { type: "string", required: true, description: "Name of the package." },
      from: { type: "string", description: "Version before; missing when it was not installed." },
      to: { type: "string", required: true, description: "Version now." },
    },
  },
  PatchPhase: {
    description: "A phase of a run on its host.",
    properties: {
      phase: {
        type: "string",
        required: true,
        description: "`lock`, `check`, `record`, `fetch`, `upgrade`, `restart`, `reboot`, `proof` and so on.",
      },
      startedAt: { type: "string", required: true, description: "When it began, ISO 8601." },
      seconds: { type: "number", description: "How long it took; missing when it did not end." },
    },
  },
  PatchReboot: {
    description: "Whether a run has rebooted its host.",
    properties: {
      state: {
        type: "string",
        required: true,
        description: "`not-needed`, `deferred`, `needed`, `done` or `unknown`.",
      },
      reason: { type: "string", description: "Why it is needed, or was not done." },
      bootIdBefore: { type: "string", description: "Boot id of the kernel before the reboot." },
      bootIdAfter: { type: "string", description: "Boot id after it: another one proves the reboot." },
    },
  },
};
