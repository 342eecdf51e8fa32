import type { Lab } from "@allmende/lab";
import {
  inspectPending,
  type PatchTarget,
  type PendingPackage,
  type RunIdentity,
  type RunPolicy,
} from "@allmende/patching";
import { clearHost, install, publish, succeed, type TestPackage } from "./repository.js";

export const policy: RunPolicy = {
  updates: "security",
  reboot: "if-needed",
  latestMs: {},
  limits: { settleSeconds: 30, rebootSeconds: 120 },
};

export const identityOf = (occurrence: string): RunIdentity => ({ stack: "lab", occurrence, owner: "test" });

/** A daemon that answers on port 8095 with its version; its program is one that can be replaced under it. */
export function alpha(version: string, changes: Pick<TestPackage, "postinst"> & { start?: string } = {}): TestPackage {
  const { start = "/usr/lib/alpha/busybox httpd -f -p 8095 -h /usr/share/alpha", ...rest } = changes;
  return {
    name: "alpha",
    version,
    files: {
      "usr/lib/alpha/busybox": "",
      "usr/share/alpha/index.html": `alpha ${version}\n`,
      "usr/lib/systemd/system/alpha.service": `[Unit]\nDescription=alpha\n\n[Service]\nExecStart=${start}\n\n[Install]\nWantedBy=multi-user.target\n`,
      "etc/alpha.conf": `version ${version}\n`,
    },
    conffiles: ["etc/alpha.conf"],
    ...rest,
  };
}

/** A host as after installation: alpha 1.0 runs and `next` is in the archive, beside 1.0 unless it is not to be kept. */
export async function installAlpha(
  lab: Lab,
  host: string,
  next: TestPackage,
  { keepOld = true, snapshot }: { readonly keepOld?: boolean; readonly snapshot?: string } = {},
): Promise<void> {
  await clearHost(lab, host, "alpha");
  await publish(lab, host, [alpha("1.0"), next], snapshot);
  await install(lab, host, "alpha=1.0");
  await succeed(lab, host, [
    "sh",
    "-c",
    "systemctl daemon-reload && systemctl enable -q alpha && systemctl restart alpha",
  ]);
  if (keepOld) return;
  await publish(lab, host, [next]);
  await succeed(lab, host, ["apt-get", "clean"]);
}

/** As `installAlpha`; gives back what is pending. */
export async function prepareAlpha(
  lab: Lab,
  target: PatchTarget,
  next: TestPackage,
  { keepOld = true }: { readonly keepOld?: boolean } = {},
): Promise<readonly PendingPackage[]> {
  await installAlpha(lab, target.name, next, { keepOld });
  const ssh = await target.connect();
  const { packages } = await inspectPending(ssh, target.name, "security");
  await ssh.end();
  return packages;
}

export async function answerOf(lab: Lab, host: string): Promise<string> {
  return (await succeed(lab, host, ["curl", "-sS", "http://127.0.0.1:8095/"])).trim();
}

/** `1.0 install ok installed` */
export async function versionOf(lab: Lab, host: string): Promise<string> {
  return await succeed(lab, host, ["dpkg-query", "-W", "-f", `\${Version} \${Status}`, "alpha"]);
}
