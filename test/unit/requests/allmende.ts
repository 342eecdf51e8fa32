import { fileURLToPath } from "node:url";

/** Runs `allmende` from its sources, so that it need not be built: arguments of Node.js that come before its own. */
const program = `import { main } from ${JSON.stringify(import.meta.resolve("../../../packages/cli/src/main.ts"))}; process.exitCode = await main(process.argv.slice(1));`;

export const allmendeOfSources = {
  args: ["--import", import.meta.resolve("tsx"), "--input-type=module", "--eval", program, "--"],
  environment: { TSX_TSCONFIG_PATH: fileURLToPath(new URL("sources.tsconfig.json", import.meta.url)) },
} as const;
