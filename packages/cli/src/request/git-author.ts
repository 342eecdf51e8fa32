import { execa } from "execa";

/** The e-mail address that commits made in a folder will carry, as git is configured there; undefined: none is. */
export async function readGitAuthor(directory: string): Promise<string | undefined> {
  const { stdout, failed } = await execa("git", ["-C", directory, "config", "--get", "user.email"], { reject: false });
  return failed || stdout.trim() === "" ? undefined : stdout.trim();
}
