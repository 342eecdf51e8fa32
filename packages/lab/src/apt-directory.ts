import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./command.js";
import { sourceLine } from "./debian.js";

/**
 * Downloads Debian packages of another release than the machine's own with an apt that keeps everything below
 * `directory`, and unpacks them into `root`. Nothing on the machine is configured or installed.
 */
export async function unpackPackages(
  suite: string,
  packages: readonly string[],
  directory: string,
  root: string,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(join(directory, "lists", "partial"), { recursive: true });
  await mkdir(join(directory, "cache", "archives", "partial"), { recursive: true });
  await mkdir(join(directory, "debs"), { recursive: true });
  await writeFile(join(directory, "status"), "");
  await writeFile(join(directory, "sources.list"), `${await sourceLine(suite)}\n`);
  await writeFile(join(directory, "apt.conf"), renderAptConfiguration(directory));
  const options = { env: { APT_CONFIG: join(directory, "apt.conf") }, cwd: join(directory, "debs"), signal };
  await command("apt-get", ["update"], options);
  await command("apt-get", ["download", ...packages], options);
  await command("sh", ["-c", 'for deb in *.deb; do dpkg -x "$deb" "$1" || exit 1; done', "sh", root], options);
}

/** apt configuration with every path below the directory; the user is root because that is who may read there. */
function renderAptConfiguration(directory: string): string {
  return [
    `Dir::State "${directory}";`,
    `Dir::State::status "${directory}/status";`,
    `Dir::State::Lists "${directory}/lists";`,
    `Dir::Cache "${directory}/cache";`,
    `Dir::Etc::SourceList "${directory}/sources.list";`,
    'Dir::Etc::SourceParts "/dev/null";',
    'Dir::Etc::Preferences "/dev/null";',
    'Dir::Etc::PreferencesParts "/dev/null";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
    'APT::Sandbox::User "root";',
    "",
  ].join("\n");
}
