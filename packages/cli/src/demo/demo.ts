import type { LabHost } from "@allmende/lab";
import { AllmendeError } from "@allmende/model";
import type { Announcement } from "@allmende/patching";
import type { Context } from "../context.js";
import { startLab } from "../lab/start.js";
import { addressOf } from "../live/address.js";
import { type Answer, askService } from "../live/answer.js";
import { deployedHosts } from "../live/deployed.js";
import { type PricedRow, type Pricing, readPricing } from "../live/prices.js";
import { readStatus } from "../live/status.js";
import { renderChanges, renderDiagnostic, renderStep } from "../output/steps.js";
import { runTasks } from "../output/tasks.js";
import { labStackDirectory } from "../paths.js";
import { readDeployment } from "../stack/deployment.js";
import { readStackFolder, type StackFolder } from "../stack/folder.js";

export interface DemoRow extends PricedRow {
  readonly answer?: Answer | undefined;
}

export interface DemoResult {
  readonly rows: readonly DemoRow[];
  /** Undefined: somebody took the tariff away. */
  readonly pricing: Pricing | undefined;
  /** The next opening that no blackout closes; undefined: none within a month. */
  readonly nextOpening: Announcement | undefined;
  /** Why not everything could be brought to the hosts. */
  readonly failure: unknown;
}

/** Starts the lab, brings the services of stacks/lab there, and asks each of them. Whatever is done already is kept. */
export async function runDemo(context: Context): Promise<DemoResult> {
  let failure: unknown;
  let hosts: readonly LabHost[] = [];
  let rows: readonly DemoRow[] = [];
  const folder = () => readStackFolder(labStackDirectory, "lab");
  await runTasks(context, [
    {
      title: "Start the lab: two Debian 13 hosts on this machine",
      run: async (say) => {
        hosts = (await startLab(context, {}, say)).hosts;
        return hosts.map(({ name, address }) => `${name} ${address}`).join(", ");
      },
    },
    {
      title: "Make stacks/lab and stacks/patch ready: host keys, random secrets",
      run: async () => {
        const { prepareStacks } = await import("../lab/stack.js");
        return (await prepareStacks(hosts)).join("; ") || "they are";
      },
    },
    {
      title: "Bring eight services of four members to the hosts (allmende up)",
      run: async (say) => {
        try {
          return await bringServices(context, say);
        } catch (error) {
          if (!(error instanceof AllmendeError && error.code === "engine-failed")) throw error;
          // One service that fails says nothing about the others: those are shown all the same.
          failure = error;
          return error.message;
        }
      },
    },
    {
      title: "Ask every service",
      run: async () => {
        rows = await askAll(context, folder());
        return `${rows.filter((row) => row.answer?.ok).length} of ${rows.length} answered`;
      },
    },
  ]);
  const pricing = await readPricing(context, folder());
  return {
    rows: pricing?.price(rows) ?? rows,
    pricing,
    nextOpening: await findNextOpening(context).catch(() => undefined),
    failure,
  };
}

async function bringServices(context: Context, say: (message: string) => void): Promise<string> {
  const { runStack } = await import("../stack/run.js");
  let lastMessage = "";
  const plain = { bold: String, dim: String, red: String, green: String, yellow: String, cyan: String };
  const summary = await runStack(context, readStackFolder(labStackDirectory, "lab"), "up", {
    refresh: true,
    listener: {
      onProgress: (name, message) => {
        // What a transaction does for several services is told to each of them.
        if (message !== lastMessage) say(`${name}: ${message}`);
        lastMessage = message;
      },
      onStep: (step) => {
        const line = renderStep(step, { planned: false, style: plain });
        if (line) say(line);
      },
      onDiagnostic: (diagnostic) => {
        const line = renderDiagnostic(diagnostic, plain);
        // What goes wrong must stay on the screen; a spinner's line does not.
        if (diagnostic.severity === "error") context.terminal.err(`${line}\n`);
        else say(line);
      },
    },
  });
  return renderChanges(summary, false);
}

/** Status and an answer of every service of the lab's stack. */
async function askAll(context: Context, folder: StackFolder): Promise<DemoRow[]> {
  const { rows } = await readStatus(context, folder);
  const addresses = new Map(
    deployedHosts(await readDeployment(folder)).flatMap(({ host, services }) =>
      services.map((service) => [`${host.name}/${service.name}`, addressOf(host, service)] as const),
    ),
  );
  return await Promise.all(
    rows.map(async (row) => {
      const address = addresses.get(`${row.host}/${row.service}`);
      return { ...row, answer: address && (await askService(address, { signal: context.signal })) };
    }),
  );
}

async function findNextOpening(context: Context): Promise<Announcement | undefined> {
  const { announce } = await import("@allmende/patching");
  const { spanOfDays } = await import("../windows/announcements.js");
  const { readAnnounced } = await import("../windows/announced.js");
  const { inventory } = await readAnnounced(context, labStackDirectory, "lab");
  return announce(inventory, spanOfDays(Date.now(), 31)).find(({ occurrence }) => occurrence.blackout === undefined);
}
