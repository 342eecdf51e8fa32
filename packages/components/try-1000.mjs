import { mkdirSync, writeFileSync } from "node:fs";
import * as auto from "@pulumi/pulumi/automation/index.js";
import { DebianHost, Member, Service } from "./dist/index.js";

const dir = "/tmp/prov-try/k";
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
const N = +process.env.N;
const program = async () => {
  for (let h = 0; h < 10; h++) {
    const host = new DebianHost(`web${h}`, {
      address: `web${h}`,
      hostKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`,
      reserve: "256MiB",
      ram: "64GiB",
    });
    const ms = [];
    for (let m = 0; m < 10; m++) ms.push(new Member(`m${m}-web${h}`, { host, number: m + 1, name: `mm${m}` }));
    for (let i = 0; i < N / 10; i++)
      new Service(`s${h}-${i}`, {
        member: ms[i % 10],
        image: "registry.allmende.test:5000/static-site:1",
        ram: "128MiB",
        ports: { web: 8000 + i },
        health: { http: "/", port: "web" },
        secrets: { API_KEY: "canary" },
      });
  }
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
    },
  },
);
const t = performance.now();
const r = await stack.preview({ parallel: 50 });
console.log(N, r.changeSummary, ((performance.now() - t) / 1000).toFixed(1));
