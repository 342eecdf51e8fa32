import * as z from "zod";
import { hetznerSchema } from "./hetzner-input.js";
import { type HostInput, hostEntrySchema, hostNameSchema } from "./host-input.js";
import { memberInputSchema, memberNameSchema } from "./member-input.js";
import { windowEntrySchema, windowNameSchema } from "./patch-window-input.js";
import { refusedHostKeys, refusedMemberKeys, refusedServiceKeys, refusedWindowKeys } from "./refused-keys.js";
import { closedObject } from "./schema-tools.js";
import { referablePasswordSchema, referableSecretsSchema } from "./secrets-input.js";
import { type ServiceInput, serviceShape } from "./service-input.js";

const named = { name: "is not a key here: the name of the file is the name" };

/** A value of the map in hosts.yaml. */
export const hostFileEntrySchema = closedObject(
  // A server that is to be made has no address yet.
  { ...hostEntrySchema.shape, address: hostEntrySchema.shape.address.optional(), hetzner: hetznerSchema.optional() },
  {
    ...refusedHostKeys,
    name: "is not a key here: the key above is the name",
    unitFailures: "is not a key here: it stands in mail.yaml, for all hosts",
  },
).meta({
  title: "Host",
  description: "A Debian host that is reached by SSH",
});

/** hosts.yaml. */
export const hostsFileSchema = z.record(hostNameSchema, hostFileEntrySchema).meta({
  title: "Hosts of an Allmende inventory",
  description: "hosts.yaml: name of each host and how it is reached",
});

const { name: _memberName, ...memberFields } = memberInputSchema.shape;

/** members/NAME.yaml. */
export const memberFileSchema = closedObject(memberFields, { ...refusedMemberKeys, ...named }).meta({
  title: "Member of an Allmende inventory",
  description: "members/NAME.yaml: a member of the cooperative",
});

/** A value of the map in windows.yaml. */
export const windowEntryFileSchema = closedObject(windowEntrySchema.shape, {
  ...refusedWindowKeys,
  name: "is not a key here: the key above is the name",
}).meta(z.globalRegistry.get(windowEntrySchema) ?? {});

/** windows.yaml. */
export const windowsFileSchema = z.record(windowNameSchema, windowEntryFileSchema).meta({
  title: "Patch windows of an Allmende inventory",
  description: "windows.yaml: name of each patch window, and when, how and on which hosts it patches",
});

const { registryLogin, secrets, ...plainShape } = serviceShape;

const referableShape = {
  ...plainShape,
  secrets: referableSecretsSchema.optional().meta(z.globalRegistry.get(secrets) ?? {}),
  registryLogin: closedObject({ ...registryLogin.unwrap().shape, password: referablePasswordSchema })
    .optional()
    .meta(z.globalRegistry.get(registryLogin) ?? {}),
};

/** services/NAME.yaml. */
export const serviceFileSchema = closedObject(
  {
    member: memberNameSchema.meta({
      title: "Member",
      description: "Name of the member who owns the service: a file in members/",
      examples: ["anna"],
    }),
    host: hostNameSchema.meta({
      title: "Host",
      description: "Name of the host that it runs on: a key in hosts.yaml",
      examples: ["web1"],
    }),
    ...referableShape,
  },
  { ...refusedServiceKeys, ...named },
).meta({
  title: "Service of an Allmende inventory",
  description: "services/NAME.yaml: a container that the cooperative runs for a member",
});

/** A service of an inventory as it was written, with the name of its file. */
export type InventoryServiceInput = z.input<typeof serviceFileSchema> & Pick<ServiceInput, "name">;

/** A host of an inventory as it was written, with the name that stands above it. */
export type InventoryHostInput = z.input<typeof hostFileEntrySchema> & Pick<HostInput, "name">;
