#!/usr/bin/env node
// What the scripts of the root's package.json call: runs on a machine with nothing but Node.js and npm.
import { join } from "node:path";
import { exitCodes, reportFailure, SetupError } from "./failures.mjs";
import { handleSignals, handOver } from "./processes.mjs";
import { keepOutputClean } from "./progress.mjs";
import { checkLab, parseSetupArguments, setup } from "./setup.mjs";
import { runTests } from "./test-run.mjs";
import { root } from "./tools.mjs";

const usage = `Usage: npm run setup              install what is missing, build; with -- --runner only what commands on a stack need (CI)
       npm test [-- ARGS]         checks, unit tests and tests on lab hosts; --unit or --lab for one ring, the rest goes to vitest
       npm run demo [-- ARGS]     the main job on lab hosts; --help tells more
       npm run bench [-- ARGS]    measure`;

/** @type {Record<string, (args: readonly string[]) => Promise<number>>} */
const commands = {
  setup: async (args) => {
    await setup(parseSetupArguments(args));
    return 0;
  },
  test: runTests,
  demo: async (args) => {
    checkLab();
    if (args.includes("--json")) keepOutputClean();
    await setup("everything");
    return handOverTo([join(root, "packages/cli/bin/allmende.js"), "demo", ...args]);
  },
  bench: async (args) => {
    checkLab();
    await setup("everything");
    return handOverTo([join(root, "packages/cli/node_modules/tsx/dist/cli.mjs"), "test/bench/main.ts", ...args]);
  },
};

/** @param {readonly string[]} args */
async function handOverTo(args) {
  return (await handOver(process.execPath, args, { cwd: root })).exitCode;
}

handleSignals();
try {
  const [name = "", ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined)
    throw new SetupError(`Unknown command "${name}".\n${usage}`, {
      exitCode: exitCodes.usage,
    });
  process.exitCode = await command(args);
} catch (error) {
  process.exitCode = reportFailure(error);
}
