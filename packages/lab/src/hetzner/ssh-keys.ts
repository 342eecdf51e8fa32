import { createHash } from "node:crypto";
import * as z from "zod";
import { invalidInput, notUnique } from "./api-error.js";
import { addCollection, checkNameFree, newResource, removeRow } from "./collection.js";
import type { SshKey } from "./records.js";
import { labelsSchema, nameSchema, readBody } from "./requests.js";
import type { Api, World } from "./world.js";

const createSchema = z.strictObject({
  name: nameSchema,
  public_key: z.string(),
  labels: labelsSchema.optional(),
});

export function addSshKeyRoutes(api: Api, world: World): void {
  addCollection<SshKey>(api, world, {
    path: "ssh_keys",
    key: "ssh_key",
    kind: "SSH key",
    rows: (project) => project.sshKeys,
    render: renderSshKey,
    filters: { fingerprint: (key) => key.fingerprint },
    remove: (key, project) => removeRow(project.sshKeys, key),
  });

  api.post("/ssh_keys", async (c) => {
    const { project } = c.var;
    const body = await readBody(c, createSchema);
    const fingerprint = fingerprintOf(body.public_key);
    checkNameFree(project.sshKeys, body.name, "SSH key");
    if (project.sshKeys.some((key) => key.fingerprint === fingerprint)) throw notUnique("fingerprint", "SSH key");
    const key: SshKey = {
      ...newResource(world, body),
      publicKey: body.public_key,
      fingerprint,
    };
    project.sshKeys.push(key);
    world.store.save();
    return c.json({ ssh_key: renderSshKey(key) }, 201);
  });
}

function renderSshKey(key: SshKey) {
  return {
    id: key.id,
    name: key.name,
    fingerprint: key.fingerprint,
    public_key: key.publicKey,
    labels: key.labels,
    created: key.created,
  };
}

/** MD5 as pairs of hex digits. Throws `invalid_input` when it is no public key. */
function fingerprintOf(publicKey: string): string {
  const [type, base64 = ""] = publicKey.trim().split(/\s+/);
  const bytes = Buffer.from(base64, "base64");
  const nameLength = bytes.length > 4 ? bytes.readUInt32BE(0) : 0;
  if (type === undefined || bytes.subarray(4, 4 + nameLength).toString() !== type)
    throw invalidInput("public_key", "not an OpenSSH public key");
  return (createHash("md5").update(bytes).digest("hex").match(/../g) ?? []).join(":");
}
