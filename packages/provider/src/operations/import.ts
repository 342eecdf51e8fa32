import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { DeclaredSpec, HostObservation } from "@allmende/host";
import { type Connection, type HostSpec, type MemberSpec, UserError } from "@allmende/model";
import { type DeclarationKind, parseDeclaration } from "../resources/declaration.js";
import { renderDeclaration } from "../resources/identity.js";
import { type Endpoint, type ImportId, parseImportId } from "../resources/import-id.js";
import { hostInputOf, serviceInputOf } from "../resources/input-of-spec.js";
import { renderOutputs } from "../resources/outputs.js";
import type { Run } from "../run/run.js";
import { type PropertyMap, toPropertyMap } from "../wire/values.js";
import { gone, type ReadResult } from "./read.js";

/** Reads a resource that Pulumi does not know yet, by its import id (see `parseImportId`); inputs come from its manifest. */
export async function importResource(run: Run, kind: DeclarationKind, id: string): Promise<ReadResult> {
  const wanted = parseImportId(kind, id);
  const asked = await addressedHost(run, wanted);
  const { facts, resources } = await run.session(asked).inspect(asked);
  const observation = resources.get(wanted.id);
  if (observation === undefined) return gone;
  const host = declaredHost(resources, asked, facts.hostname);
  const declared = observation.manifest as DeclaredSpec;
  const inputs = inputsOf(declared, host, resources);
  const names = wanted.id.split("/").slice(1);
  // Which files of a service are secret, only the program knows: until it has said so, all count as secret.
  const { declaration } = kind === "service" ? { declaration: undefined } : parseDeclaration(kind, inputs);
  const tree = declaration && renderDeclaration(declaration);
  const outputs = renderOutputs(inputs, tree, observation, kind === "host" ? facts : undefined);
  return { id: [host.name, ...names].join("/"), inputs, outputs };
}

async function addressedHost(run: Run, { host, via }: ImportId): Promise<HostSpec> {
  const pinned = async (place: Endpoint): Promise<Connection> => ({
    ...place,
    hostKeys: await knownHostKeys(run.configuration.knownHostsFile, place),
  });
  const bastion = via === undefined ? {} : { bastion: await pinned(via) };
  return { name: host.address, connection: { ...(await pinned(host)), ...bastion }, reserveBytes: 0 };
}

async function knownHostKeys(file: string | undefined, { address, port }: Endpoint): Promise<readonly string[]> {
  const path = file ?? join(homedir(), ".ssh", "known_hosts");
  const { findHostKeys, parseKnownHosts } = await import("@allmende/ssh");
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new UserError(`${path} cannot be read: that is where the host keys for an import come from.`, {
      code: "no-known-hosts",
      concerns: path,
      nextStep: "Configure allmende:knownHostsFile.",
      cause,
    });
  });
  const keys = findHostKeys(parseKnownHosts(text), address, port);
  if (keys.length > 0) return keys;
  throw new UserError(`${path} has no key of ${address}, port ${port}.`, {
    code: "host-key-missing",
    concerns: address,
    nextStep: "Add the content of /etc/ssh/ssh_host_ed25519_key.pub on the host, after its address.",
  });
}

/** The host as it was declared; the one who imports only gave its address. */
function declaredHost(resources: HostObservation["resources"], asked: HostSpec, hostname: string): HostSpec {
  const manifest = resources.get("host")?.manifest as DeclaredSpec | undefined;
  if (manifest?.kind === "host") return { ...manifest.host, connection: asked.connection };
  return { ...asked, name: hostname };
}

function inputsOf(declared: DeclaredSpec, host: HostSpec, resources: HostObservation["resources"]): PropertyMap {
  const hostInput = hostInputOf(host);
  if (declared.kind === "host") return hostInput;
  if (declared.kind === "member") return toPropertyMap({ ...declared.member, host: hostInput });
  const member = memberNamed(resources, declared.service.member);
  return toPropertyMap({ ...serviceInputOf(declared.service), member, host: hostInput });
}

function memberNamed(resources: HostObservation["resources"], name: string): MemberSpec {
  const manifest = resources.get(`member/${name}`)?.manifest as DeclaredSpec | undefined;
  if (manifest?.kind === "member") return manifest.member;
  throw new UserError(`Member ${name} has no manifest on this host, so their number is not known.`, {
    code: "member-missing",
    concerns: name,
    nextStep: "Create the member first, by declaring and updating it.",
  });
}
