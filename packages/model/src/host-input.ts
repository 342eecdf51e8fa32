import * as z from "zod";
import { addressProblem } from "./address.js";
import { hostKeyProblem, normalizeHostKey } from "./host-key.js";
import { labelsSchema } from "./labels.js";
import { hostNameProblem, labelPattern } from "./names.js";
import { parseRam, ramPattern } from "./ram.js";
import { refusedBastionKeys, refusedHostKeys } from "./refused-keys.js";
import { checkedText, closedObject, distinctList, parsedText, wholeNumber } from "./schema-tools.js";
import type { Connection, HostSpec } from "./specs.js";
import { hostUnitFailuresSchema, unitFailuresOf } from "./unit-failures-input.js";

export const hostNameSchema = checkedText(hostNameProblem).meta({
  title: "Name",
  description: "Name of the host in the inventory",
  examples: ["web1"],
  pattern: labelPattern,
});

const hostKey = checkedText(hostKeyProblem);

/** How a host or a bastion is reached. */
const connectionShape = {
  address: checkedText(addressProblem).meta({
    title: "Address",
    description: "DNS name or IP address",
    examples: ["web1.example.org"],
  }),
  port: wholeNumber(1, 65_535, "must be a whole number from 1 to 65535")
    .optional()
    .meta({ title: "Port", description: "Port of the SSH server", default: 22 }),
  user: checkedText((user) => (/^[a-z_][a-z0-9_-]{0,31}$/.test(user) ? undefined : "must be a Linux user name"))
    .optional()
    .meta({
      title: "User",
      description: "Login name; anyone but root needs sudo without a password",
      default: "root",
    }),
  hostKey: hostKey.optional().meta({
    title: "Host key",
    description: "The host's public SSH key, as in /etc/ssh/ssh_host_ed25519_key.pub. There is no trust on first use",
    examples: ["ssh-ed25519 AAAA…"],
  }),
  hostKeys: distinctList(hostKey)
    .min(1, { error: () => "must have at least one key" })
    .optional()
    .meta({
      title: "Host keys",
      description: "Instead of hostKey, when there are several, for example while a key is being replaced",
    }),
};

const bastionSchema = closedObject(connectionShape, refusedBastionKeys);

function ram(title: string, description: string, example: string) {
  return parsedText(parseRam, { title, description, examples: [example], pattern: ramPattern });
}

/** `patching` of a host. */
const hostPatchingSchema = closedObject({
  expectEveryDays: wholeNumber(1, 366, "must be a whole number of days from 1 to 366")
    .meta({
      title: "Expect every … days",
      description: "After how many days without a patch run the host itself says so, in its journal",
      examples: [8],
    })
    .optional(),
  updates: z
    .enum(["windows", "daily"], { error: () => 'must be "windows" or "daily"' })
    .optional()
    .meta({
      title: "Updates",
      description:
        "When security updates are installed: in patch windows alone, or every day by the host itself. Without it: windows where windows.yaml has one for the host, daily elsewhere",
      examples: ["windows"],
    }),
});

/** Everything about a host but its name, as in hosts.yaml. */
export const hostEntrySchema = closedObject(
  {
    ...connectionShape,
    bastion: bastionSchema
      .optional()
      .meta({ title: "Bastion", description: "A host to go through: address, port, user, hostKey" }),
    ram: ram("RAM", "RAM of the host; without it, what the host reports", "4GiB").optional(),
    reserve: ram("Reserve", "RAM kept for the host itself (kernel, SSH, logs): never sold", "512MiB"),
    patching: hostPatchingSchema.optional().meta({
      title: "Patching",
      description:
        "{ expectEveryDays: days }: a timer on the host tells when no patch run has reached it for so long; without it, there is none. { updates: windows or daily }: security updates are installed in patch windows alone, or every day by the host itself; without it, windows where windows.yaml has one for the host, daily elsewhere",
      examples: [{ expectEveryDays: 8, updates: "windows" }],
    }),
    labels: labelsSchema.optional().meta({
      title: "Labels",
      description: "What patch windows choose hosts by; nothing on the host depends on them",
      examples: [{ stage: "production" }],
    }),
  },
  refusedHostKeys,
).meta({ title: "Host", description: "A Debian host that is reached by SSH" });

/** A host as users write it. What alerts of it are sent with stands in mail.yaml of an inventory, once for all hosts. */
export const hostInputSchema = closedObject(
  {
    name: hostNameSchema,
    ...hostEntrySchema.shape,
    unitFailures: hostUnitFailuresSchema.optional().meta({
      title: "Unit failures",
      description:
        "How the host itself tells hostmasters by e-mail of units that fail: sender, hostmasters, language, smtp, atMostEvery, sameUnitEvery, logLines; in an inventory, mail.yaml says it for all hosts",
    }),
  },
  refusedHostKeys,
).meta({
  title: "Host",
  description: "A Debian host that is reached by SSH",
});

export type HostInput = z.input<typeof hostInputSchema>;
type HostOutput = z.output<typeof hostInputSchema>;

/** What no single key shows: exactly one of hostKey and hostKeys. */
export function connectionProblems(
  input: Readonly<Record<string, unknown>>,
): { readonly key: string; readonly message: string }[] {
  if (input["hostKey"] === undefined && input["hostKeys"] === undefined) {
    return [
      {
        key: "hostKey",
        message:
          "is missing: the host's public SSH key, the content of /etc/ssh/ssh_host_ed25519_key.pub on it (there is no trust on first use)",
      },
    ];
  }
  if (input["hostKey"] !== undefined && input["hostKeys"] !== undefined)
    return [{ key: "hostKeys", message: "stands beside hostKey: give one of the two" }];
  return [];
}

export function hostOf(host: HostOutput): HostSpec {
  const { bastion, patching, labels } = host;
  const unitFailures = host.unitFailures && unitFailuresOf(host.unitFailures);
  const connection = { ...connectionOf(host), bastion: bastion === undefined ? undefined : connectionOf(bastion) };
  return {
    name: host.name,
    connection,
    ramBytes: host.ram,
    reserveBytes: host.reserve,
    patching,
    unitFailures,
    labels,
  };
}

function connectionOf(input: z.output<typeof bastionSchema>): Omit<Connection, "bastion"> {
  const keys = input.hostKeys ?? (input.hostKey === undefined ? [] : [input.hostKey]);
  return {
    address: input.address,
    port: input.port ?? 22,
    user: input.user ?? "root",
    hostKeys: keys.map(normalizeHostKey),
  };
}
