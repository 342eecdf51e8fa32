import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as auto from "@pulumi/pulumi/automation/index.js";
import { DebianHost, Member, Service } from "./dist/index.js";

const lab = JSON.parse(readFileSync("/tmp/prov-try/lab.json", "utf8")).hosts[0];
const dir = "/tmp/prov-try/stack";
for (const d of ["home", "state", "work"]) mkdirSync(`${dir}/${d}`, { recursive: true });
writeFileSync(
  `${dir}/work/Pulumi.yaml`,
  `name: lab
runtime: nodejs
backend: {url: "file://${dir}/state"}
plugins:
  providers:
    - name: allmende
      path: /work/main/packages/provider/bin
`,
);
process.env.PATH = `/root/.cache/allmende/pulumi/3.255.0:${process.env.PATH}`;
const V = JSON.parse(process.env.V ?? "{}");
const program = async () => {
  const host = new DebianHost(
    "web1",
    { address: lab.address, user: lab.user, hostKey: lab.hostKey, reserve: "256MiB", ...V.host },
    V.hostOpts,
  );
  if (V.hostOnly) return {};
  const anna = new Member("anna", { host, number: 1042 }, V.memberOpts);
  if (V.memberOnly) return {};
  const s = new Service(
    "anna-blog",
    {
      member: anna,
      image: "registry.allmende.test:5000/static-site:1",
      ram: "128MiB",
      ports: { web: 8080 },
      health: { http: "/", port: "web" },
      secrets: { API_KEY: pulumi.secret("canary-secret-7391") },
      ...V.service,
    },
    V.serviceOpts,
  );
  return { url: s.url };
};
const stack = await auto.LocalWorkspace.createOrSelectStack(
  { stackName: "lab", projectName: "lab", program },
  {
    workDir: `${dir}/work`,
    pulumiHome: `${dir}/home`,
    envVars: {
      PULUMI_CONFIG_PASSPHRASE: "x",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "1",
      ...JSON.parse(process.env.ENV ?? "{}"),
    },
  },
);
await stack.setConfig("allmende:privateKeyFile", { value: lab.privateKeyPath });
await stack.setConfig("allmende:knownHostsFile", { value: "/root/.cache/allmende/labs/provider/known_hosts" });
const onOutput = (s) => process.stdout.write(s);
for (const cmd of process.argv.slice(2)) {
  const t = performance.now();
  try {
    await stack[cmd]({
      onOutput,
      color: "never",
      diff: process.env.DIFF === "1",
      parallel: 50,
      ...(cmd === "up" ? { suppressProgress: false } : {}),
    });
  } catch (e) {
    console.log("ERR", e.constructor.name, String(e.message).split("stderr")[0].slice(0, 200));
  }
  console.log(`== ${cmd} ${((performance.now() - t) / 1000).toFixed(1)} s`);
}
