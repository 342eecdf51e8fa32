import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const projectDirectory = fileURLToPath(new URL("../../..", import.meta.url));

/** Where the journals and console logs of failed tests are put. */
export const evidenceDirectory = join(projectDirectory, ".evidence");
