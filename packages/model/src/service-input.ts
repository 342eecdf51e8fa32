import * as z from "zod";
import { allowedCapabilities, capabilityProblem } from "./capabilities.js";
import { containerPathPattern, containerPathProblem } from "./container-path.js";
import { argumentProblem, commandSchema, healthSchema } from "./health-input.js";
import { parseImage } from "./image.js";
import { memberNameSchema } from "./member-input.js";
import {
  labelPattern,
  longestServiceName,
  networkNameProblem,
  serviceNameProblem,
  variableNameProblem,
  variablePattern,
  volumeNameProblem,
} from "./names.js";
import { portsSchema } from "./ports.js";
import { parseRam, ramPattern } from "./ram.js";
import { refusedServiceKeys } from "./refused-keys.js";
import { checkedText, closedObject, distinctList, parsedText, wholeNumber } from "./schema-tools.js";
import { passwordSchema, secretsSchema } from "./secrets-input.js";

const serviceNameSchema = checkedText(serviceNameProblem).meta({
  title: "Name",
  description: "Name of the service: also of its unit and container, and its DNS name for its neighbours on a network",
  examples: ["anna-blog"],
  pattern: labelPattern,
  maxLength: longestServiceName,
});

const path = checkedText(containerPathProblem).meta({
  description: "Absolute path in the container",
  examples: ["/var/lib/data"],
  pattern: containerPathPattern,
});
const volume = z.union([path, closedObject({ path })], {
  error: (issue) => (issue.input === undefined ? undefined : "must be a path in the container, such as /var/lib/data"),
});

const environmentValue = z.union([checkedText(argumentProblem), z.number(), z.boolean()], {
  error: (issue) => (issue.input === undefined ? undefined : "must be text, a number, true or false"),
});

const containerUser = z.union(
  [
    checkedText((user) => {
      const parts = user.split(":");
      const valid =
        parts.length <= 2 &&
        parts.every((part) =>
          /^[0-9]+$/.test(part) ? Number(part) <= 65_535 : /^[A-Za-z_][A-Za-z0-9_-]{0,31}$/.test(part),
        );
      return valid
        ? undefined
        : 'must be a user of the container, by name or number up to 65535, such as "app" or "1000:1000"';
    }),
    wholeNumber(0, 65_535, "must be a number from 0 to 65535"),
  ],
  {
    error: (issue) => (issue.input === undefined ? undefined : 'must be a user name or number, such as "app" or 1000'),
  },
);

/** Everything about a service but its name and place. */
export const serviceShape = {
  image: checkedText(imageProblem).meta({
    title: "Image",
    description: "Image to run: registry, name and version (a tag but not latest, or a digest)",
    examples: ["registry.example.org/anna/blog:1.0"],
  }),
  ram: parsedText(parseRam, {
    title: "RAM",
    description: "RAM allocation: what the container gets and sees, such as 512MiB or 1.5GiB",
    examples: ["512MiB"],
    pattern: ramPattern,
  }),
  command: commandSchema.optional().meta({
    title: "Command",
    description: "Replaces the image's command; a list of words, no shell",
    examples: [["serve", "--port", "8080"]],
  }),
  user: containerUser.optional().meta({
    title: "User",
    description: "User in the container, by name or number; without it, the image's",
    examples: ["app", 1000],
  }),
  ports: portsSchema.optional().meta({
    title: "Ports",
    description: 'Published ports by name: 8080, or "18080:8080" (host:container), or { host, container, protocol }',
    examples: [{ web: 8080 }],
  }),
  volumes: z
    .record(checkedText(volumeNameProblem).meta({ pattern: labelPattern }), volume)
    .optional()
    .meta({
      title: "Volumes",
      description: "Lasting data: name of the volume and its path in the container",
      examples: [{ data: "/var/lib/data" }],
    }),
  tmpfs: distinctList(path)
    .optional()
    .meta({
      title: "Scratch folders",
      description: "Writable folders in RAM, empty at every start; they count towards the allocation",
      examples: [["/tmp"]],
    }),
  environment: z
    .record(checkedText(variableNameProblem).meta({ pattern: variablePattern }), environmentValue)
    .optional()
    .meta({
      title: "Environment",
      description: "Environment variables that are no secrets",
      examples: [{ LANG: "de_DE.UTF-8" }],
    }),
  secrets: secretsSchema.optional().meta({
    title: "Secrets",
    description: "Secret values by name: read-only files /run/secrets/NAME, or variables with as: environment",
    examples: [{ API_KEY: { config: "apiKey" } }],
  }),
  health: healthSchema.optional().meta({
    title: "Health check",
    description: "How to see that the service is well: http with port, or tcp, or command",
    examples: [{ http: "/", port: "web" }],
  }),
  writableRoot: z.boolean().optional().meta({
    title: "Writable root",
    description: "Lets the service write anywhere in its image; what it writes is lost at a restart",
    default: false,
  }),
  capabilities: distinctList(checkedText(capabilityProblem).meta({ enum: [...allowedCapabilities] }))
    .optional()
    .meta({
      title: "Capabilities",
      description: "Linux capabilities that the service keeps; all others are dropped",
      default: [],
      examples: [["NET_BIND_SERVICE"]],
    }),
  networks: distinctList(checkedText(networkNameProblem))
    .optional()
    .meta({
      title: "Networks",
      description: "Networks of the member; services on the same one reach each other by name",
      default: [],
      examples: [["backend"]],
    }),
  pidsLimit: wholeNumber(16, 32_768, "must be a whole number from 16 to 32768")
    .optional()
    .meta({ title: "Process limit", description: "Most processes and threads", default: 512 }),
  after: distinctList(serviceNameSchema)
    .optional()
    .meta({
      title: "After",
      description:
        "Services of the same member and host that are to be healthy before this one starts, when they start as well",
      default: [],
      examples: [["anna-db"]],
    }),
  replaces: serviceNameSchema.optional().meta({
    title: "Replaces",
    description:
      "Name of a service of the same member and host whose ports this one takes over: it stops when this one starts, and starts again should this one not get healthy. For a service that gets another name; may go once that is done",
    examples: ["anna-blog-old"],
  }),
  deleteData: z
    .boolean()
    .optional()
    .meta({ title: "Delete data", description: "Deletes the volumes' data together with the service", default: false }),
  registryLogin: closedObject({
    username: checkedText((name) =>
      name === "" || /[:\s]/.test(name) ? "must be a user name without colon or spaces" : undefined,
    ).meta({ description: "User name at the registry" }),
    password: passwordSchema.meta({ description: "Password or token at the registry: a secret" }),
  })
    .optional()
    .meta({ title: "Registry login", description: "Login for the image's registry, when it asks for one" }),
};

/** A service as users write it; `member` is the owner's name. */
export const serviceInputSchema = closedObject(
  { name: serviceNameSchema, member: memberNameSchema, ...serviceShape },
  refusedServiceKeys,
).meta({
  title: "Service",
  description: "A container that the cooperative runs for a member",
});

export type ServiceInput = z.input<typeof serviceInputSchema>;
export type ServiceOutput = z.output<typeof serviceInputSchema>;

function imageProblem(text: string): string | undefined {
  try {
    parseImage(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
