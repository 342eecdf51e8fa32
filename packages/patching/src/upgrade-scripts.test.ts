import { expect, it } from "vitest";
import { callScript } from "./testing/call-script.js";

it("upgrades what was ordered, and lets apt remove nothing for it, whatever the check had simulated before", () => {
  const program = String.raw`base=$(mktemp -d) run=$base PATH=$base:$PATH; printf 'package\talpha\tall\t1\t2\tother\n' >"$run/order"
    printf '#!/bin/sh\necho "$*" >>%s/asked\necho "E: Packages need to be removed but remove is disabled."; exit 100\n' "$base" >"$base/apt-get"
    chmod +x "$base/apt-get"; dpkg() { :; }; versions() { :; }; sync() { :; }; say() { :; }
    phase_upgrade; cat "$base/asked"; cut -f 1,2 "$run/report"; rm -r "$base"`;
  const [asked, ...report] = callScript(program).trimEnd().split("\n");
  expect(asked).toMatch(/ --no-remove .* install alpha=2$/);
  expect(report).toContain("cause\tupgrade-failed");
});
