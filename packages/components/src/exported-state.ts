import { execFileSync } from "node:child_process";
import { getOrganization, getProject, getStack } from "@pulumi/pulumi";

/** What the stack's state says, by the engine's own command: a program is not told. Reading takes no lock. Throws when the command fails. */
export function exportState(...options: readonly string[]): string {
  const organization = getOrganization();
  const stack = organization === "organization" ? getStack() : `${organization}/${getProject()}/${getStack()}`;
  const args = ["stack", "export", "--stack", stack, "--non-interactive", ...options];
  return execFileSync("pulumi", args, { encoding: "utf8", maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "pipe"] });
}
