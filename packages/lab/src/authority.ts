import { chmod, rename } from "node:fs/promises";
import { join } from "node:path";
import { domain, gatewayAddress, registryAddress } from "./addresses.js";
import { exists } from "./cache.js";
import { command } from "./command.js";
import type { LabPaths } from "./paths.js";

const ecKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"];

/** Makes the lab's own certificate authority and the registry's certificate, unless they exist. */
export async function makeAuthority(paths: LabPaths, name: string, labNumber: number): Promise<void> {
  const at = (file: string) => join(paths.directory, file);
  if (!(await exists(paths.caCertificate))) {
    const usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
    await command("openssl", [
      "req",
      "-x509",
      ...ecKey,
      "-subj",
      `/CN=Allmende lab ${name}`,
      ...usage,
      "-keyout",
      at("ca.key"),
      "-out",
      at("ca.crt.new"),
    ]);
    await rename(at("ca.crt.new"), paths.caCertificate);
  }
  if (!(await exists(at("registry.crt")))) {
    const names = [
      `DNS:registry.${domain}`,
      `IP:${gatewayAddress(labNumber)}`,
      `IP:${registryAddress(labNumber)}`,
    ].join(",");
    const extensions = [
      "-addext",
      `subjectAltName=${names}`,
      "-addext",
      "basicConstraints=critical,CA:FALSE",
      "-addext",
      "extendedKeyUsage=serverAuth",
    ];
    const signer = ["-CA", paths.caCertificate, "-CAkey", at("ca.key")];
    const output = ["-keyout", at("registry.key"), "-out", at("registry.crt.new")];
    await command("openssl", [
      "req",
      "-x509",
      ...ecKey,
      "-subj",
      `/CN=registry.${domain}`,
      ...extensions,
      ...signer,
      ...output,
    ]);
    await rename(at("registry.crt.new"), at("registry.crt"));
  }
  for (const key of ["ca.key", "registry.key"]) await chmod(at(key), 0o600);
}
