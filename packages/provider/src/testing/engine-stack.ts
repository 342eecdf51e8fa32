import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import type { HostBackend } from "../run/backend.js";
import { startServer } from "../server.js";

const cache = process.env["ALLMENDE_CACHE"] ?? join(homedir(), ".cache", "allmende");
const directories = [join(cache, "pulumi", "3.255.0"), ...(process.env["PATH"] ?? "").split(delimiter)];

/** Folder of the Pulumi CLI; undefined: there is none here. */
export const pulumiDirectory = directories.find((directory) => existsSync(join(directory, "pulumi")));

/** A stack of its own, run by the real engine with the plugin in this process. */
export interface EngineStack {
  readonly stack: Stack;
  /** Its state, as the engine writes it. */
  readonly stateFile: string;
  close(): Promise<void>;
}

export async function openEngineStack(project: string, program: PulumiFn, backend: HostBackend): Promise<EngineStack> {
  const folder = mkdtempSync(join(tmpdir(), "allmende-engine-"));
  for (const each of ["work", "state", "home"]) mkdirSync(join(folder, each));
  const settings = `name: ${project}\nruntime: nodejs\nbackend: { url: "file://${folder}/state" }\n`;
  writeFileSync(join(folder, "work", "Pulumi.yaml"), settings);
  const server = await startServer(() => backend, undefined);
  process.env["PATH"] = `${pulumiDirectory}${delimiter}${process.env["PATH"]}`;
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "test", projectName: project, program },
    {
      workDir: join(folder, "work"),
      pulumiHome: join(folder, "home"),
      envVars: {
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "1",
        PULUMI_DEBUG_PROVIDERS: `allmende:${server.port}`,
      },
    },
  );
  return {
    stack,
    stateFile: join(folder, `state/.pulumi/stacks/${project}/test.json`),
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
