import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gatewayAddress, namespaceOf } from "./addresses.js";
import { exists } from "./cache.js";
import { command } from "./command.js";
import type { LabPaths } from "./paths.js";
import { runningProcess, startDetached, stopDetached } from "./process.js";
import type { LabState } from "./state.js";

/** The two doors to the same images: `open` on port 5000, `login` on 5001 for user `coop`. */
const doors = [
  { name: "open", port: 5000, login: false },
  { name: "login", port: 5001, login: true },
] as const;

/** Configuration of one of Debian's docker-registry processes, for the storage and certificates of a lab. YAML, of which JSON is a part. */
function renderRegistry(
  paths: LabPaths,
  labNumber: number,
  door: { readonly port: number; readonly login: boolean },
): string {
  const tls = { certificate: join(paths.directory, "registry.crt"), key: join(paths.directory, "registry.key") };
  const auth = { htpasswd: { realm: "lab", path: join(paths.registry, "htpasswd") } };
  return JSON.stringify({
    version: 0.1,
    log: { level: "warn", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(paths.registry, "storage") }, delete: { enabled: true } },
    http: {
      addr: `${gatewayAddress(labNumber)}:${door.port}`,
      tls,
      secret: "one process per door needs no shared secret",
    },
    ...(door.login ? { auth } : {}),
  });
}

/** Starts the lab's registry with a storage of its own, filled from the cache; keeps what runs. */
export async function startRegistry(paths: LabPaths, state: LabState): Promise<void> {
  const storage = join(paths.registry, "storage");
  await mkdir(paths.registry, { recursive: true, mode: 0o700 });
  if (!(await exists(storage))) {
    await rm(`${storage}.new`, { recursive: true, force: true });
    const cachedStorage = join(paths.cacheDir, "registry", state.registryKey, "storage");
    await command("cp", ["-a", "--reflink=auto", cachedStorage, `${storage}.new`]);
    await rename(`${storage}.new`, storage);
  }
  await makeLogin(paths);
  for (const door of doors) {
    const configuration = join(paths.registry, `${door.name}.yml`);
    const pidPath = join(paths.registry, `${door.name}.pid`);
    if ((await runningProcess(pidPath, configuration)) !== undefined) continue;
    await writeFile(configuration, renderRegistry(paths, state.number, door));
    const argv = ["netns", "exec", namespaceOf(state.name), "docker-registry", "serve", configuration];
    await startDetached("ip", argv, join(paths.registry, `${door.name}.log`), pidPath);
  }
}

/** Adds what a cached store holds to a registry that may be running: it looks at its files at every request. */
export async function addToRegistry(paths: LabPaths, registryKey: string): Promise<void> {
  const cachedStorage = join(paths.cacheDir, "registry", registryKey, "storage");
  await command("cp", ["-a", "--reflink=auto", `${cachedStorage}/.`, join(paths.registry, "storage")]);
}

export async function stopRegistry(paths: LabPaths): Promise<void> {
  for (const door of doors)
    await stopDetached(join(paths.registry, `${door.name}.pid`), join(paths.registry, `${door.name}.yml`));
}

export async function isRegistryRunning(paths: LabPaths): Promise<boolean> {
  const pids = doors.map((door) =>
    runningProcess(join(paths.registry, `${door.name}.pid`), join(paths.registry, `${door.name}.yml`)),
  );
  return (await Promise.all(pids)).every((pid) => pid !== undefined);
}

/** A password of the lab's own and its bcrypt form; the password reaches perl on standard input. */
async function makeLogin(paths: LabPaths): Promise<void> {
  if (!(await exists(paths.registryPassword))) {
    await writeFile(`${paths.registryPassword}.new`, `${randomBytes(18).toString("base64url")}\n`, { mode: 0o600 });
    await rename(`${paths.registryPassword}.new`, paths.registryPassword);
  }
  const htpasswd = join(paths.registry, "htpasswd");
  if (await exists(htpasswd)) return;
  const salt = randomBytes(16).toString("hex").slice(0, 21);
  const program = `chomp(my $password = <STDIN>); print crypt($password, '$2y$05$${salt}u')`;
  const { stdout } = await command("perl", ["-e", program], { stdin: await readFile(paths.registryPassword) });
  await writeFile(`${htpasswd}.new`, `coop:${stdout.trim()}\n`, { mode: 0o600 });
  await rename(`${htpasswd}.new`, htpasswd);
}
