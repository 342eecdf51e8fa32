import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../scripts/members.sh", import.meta.url));
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "allmende-home-"));
  for (const folder of [".config", ".local/share"]) mkdirSync(join(home, folder), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

function write(path: string): void {
  mkdirSync(join(home, dirname(path)), { recursive: true });
  writeFileSync(join(home, path), "");
}

/** What of a home is somebody's: with it, the home stays when its member leaves the host. */
function somebodys(folder = home) {
  const program = '. "$1"; somebodys_file "$2"';
  const { status, stdout } = spawnSync("sh", ["-c", program, "sh", script, folder], { encoding: "utf8" });
  return { status, path: stdout.trim().slice(folder.length + 1) };
}

describe("a home that may go", () => {
  it("has folders, a cache and what Podman keeps, and nothing else", () => {
    write(".local/share/containers/storage/overlay-layers/layers.json");
    write(".cache/containers/short-name-aliases.conf");
    expect(somebodys()).toEqual({ status: 0, path: "" });
  });

  it.each(["notes.txt", ".config/app/settings.json", ".local/share/app/data.db", ".local/bin/tool", ".profile"])(
    "does not have %s",
    (path) => {
      write(path);
      expect(somebodys()).toEqual({ status: 0, path });
    },
  );

  it("does not have a link, wherever it leads", () => {
    symlinkSync("/nowhere", join(home, ".config/link"));
    expect(somebodys()).toEqual({ status: 0, path: ".config/link" });
  });

  it("is one that could be read", () => {
    expect(somebodys(join(home, "missing")).status).not.toBe(0);
  });
});
