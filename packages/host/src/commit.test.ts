import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { readScript } from "./scripts.js";

/** Runs functions of apply.sh as the host would, in a folder of their own. Returns what the caller of a transaction gets, then the journal. */
function transact(todo: string, program: string): string[] {
  const functions = readScript("apply.sh").replace(/^main$/m, "");
  const script = `${functions}
    base=$(mktemp -d) work=$base/work journal=$base/journal; mkdir -p "$work/failed" "$work/ops" "$base/previous" "$base/manifests"
    cat >"$work/todo"; ${program}; cat "$journal"; rm -r "$base"`;
  const result = spawnSync("sh", ["-c", script], { input: todo, encoding: "utf8" });
  return result.stdout.trimEnd().split("\n");
}

const line = (name: string) =>
  [`service.anna.${name}`, "put", "anna", 21042, 1, 2, 3, "image", "-", 1, 1, 0].join("\t");

it("tells of a service whose previous version cannot be kept, leaves it as it is, and goes on with its neighbours", () => {
  const full = `save() { [ "$1" = service.anna.shop ]; }; carry_out() { echo "writes $1"; }`;
  expect(transact(`${line("blog")}\n${line("shop")}\n`, `${full}; commit service`)).toEqual([
    "result\tservice.anna.blog\tfailed\tsave-failed\tthe previous version cannot be kept: is the disk full?",
    "writes service.anna.shop",
    "begin\tservice.anna.shop",
  ]);
});

it("leaves nothing behind of a previous version that cannot be put back, as the disk is full", () => {
  const path = '"$base/blog.container"';
  const kept = `echo new >${path}; mkdir -p "$base/previous/k/files$base"; echo old >"$base/previous/k/files$base/blog.container"`;
  const list = `printf 'yes\\t%s\\n' ${path} >"$base/previous/k/list"`;
  // No file may grow any more.
  const full = `(trap '' XFSZ; ulimit -f 0; restore k 2>/dev/null)`;
  const state = `cat ${path}; ls "$base" | grep blog; : >"$journal"`;
  expect(transact("", `${kept}; ${list}; ${full}; ${state}`)).toEqual(["new", "blog.container"]);
  expect(transact("", `${kept}; ${list}; restore k; ${state}`)).toEqual(["old", "blog.container"]);
});
