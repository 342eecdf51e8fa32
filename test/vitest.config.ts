import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = ["model", "quadlet", "ssh", "host", "provider", "components", "patching", "requests", "lab", "cli"];

/** Package names resolve to their sources, so that tests need no build. */
const alias = {
  // First, because a package's name matches what lies below it as well.
  "@allmende/model/testing": `${root}packages/model/src/testing/index.ts`,
  "@allmende/ssh/testing": `${root}packages/ssh/src/testing/index.ts`,
  "@allmende/patching/testing": `${root}packages/patching/src/testing/index.ts`,
  "@allmende/components/hetzner": `${root}packages/components/src/hetzner/index.ts`,
  ...Object.fromEntries(packages.map((name) => [`@allmende/${name}`, `${root}packages/${name}/src/index.ts`])),
};

/**
 * Three rings: `unit` (beside the source, no host, seconds), `lab` (real hosts: minutes),
 * and benchmarks, which are not tests (`pnpm bench`).
 */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        root,
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts", "test/unit/**/*.test.ts"],
          exclude: ["**/*.lab.test.ts", "**/node_modules/**", "**/dist/**"],
          testTimeout: 20_000,
        },
      },
      {
        resolve: { alias },
        root,
        test: {
          name: "lab",
          include: ["packages/*/src/**/*.lab.test.ts", "test/lab/**/*.lab.test.ts"],
          exclude: ["**/node_modules/**", "**/dist/**"],
          // Hosts wait more than they work: two files at a time, each worker with a lab of its own, and patience.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // Longer than the longest wait that a template allows a service (5 minutes), so that a failure says what failed.
          testTimeout: 480_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
