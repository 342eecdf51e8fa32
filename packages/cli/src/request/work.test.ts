import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { renderRequest } from "@allmende/requests";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { run } from "./testing/held-two.js";
import { memberInventory, writeInventoryFile } from "./testing/member-inventory.js";
import { MemberRepository } from "./testing/member-repository.js";

const readme = (name: string) => readFileSync(new URL(`../../../${name}/README.md`, import.meta.url), "utf8");
const workFile = /```yaml\n# work\.yaml\n(.*?)```/s.exec(readme("model"))?.[1] ?? "";
const tariff = `currency: EUR
ram: "4.00"
lastMinuteSurcharge: "25.00"
hourlyRates: { maintenance: "80.00", webmaster-on-demand: "60.00", project: "60.00" }
`;
const inventory = { "work.yaml": workFile, "tariff.yaml": tariff };

const words = (line: string) => [...line.matchAll(/(?:[^\s"]+|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ""));
const examples = (/```sh\n(allmende request new --work .*?)```/s.exec(readme("requests"))?.[1] ?? "")
  .trim()
  .split("\n")
  .map((line) => {
    const [command = "", kind = ""] = line.split(/\s+#\s+/);
    return { kind, args: words(command).slice(1) };
  });

it("has an example of each kind of work in README.md, and each is what it says", async () => {
  expect(new Set(examples.map(({ kind }) => kind))).toEqual(
    new Set(["incident", "maintenance", "routine-operations", "project", "webmaster-on-demand", "service-request"]),
  );
  for (const { kind, args } of examples) {
    const { out } = await run(...args, "-f", memberInventory(inventory), "--json");
    const { ok, findings, effects } = JSON.parse(out);
    expect({ args, ok, findings, kind: effects[0]?.kind }).toEqual({ args, ok: true, findings: [], kind });
  }
});

const theme = ["request", "new", "--work", "New theme", "--member", "anna", "--service", "anna-wiki"];

it("asks for work by options, with what it costs, and takes it from a file as well", async () => {
  const directory = memberInventory(inventory);
  const set = ["--set", "estimate=2h", "--set", "description=Ours is old"];
  const made = JSON.parse((await run(...theme, ...set, "-f", directory, "--json")).out);
  expect(parse(readFileSync(made.file, "utf8"))).toEqual({
    ...{ change: "work", title: "New theme", member: "anna", service: "anna-wiki", estimate: "2h" },
    ...{ description: "Ours is old", askedBy: "anna@example.org" },
    ...{ askedAt: expect.any(String), date: expect.any(String) },
  });
  const copy = memberInventory(inventory);
  writeInventoryFile(copy, "given.txt", readFileSync(made.file, "utf8"));
  const again = ["request", "new", "--from", `${copy}/given.txt`, "--set", "estimate=90m", "-f", copy];
  const { out } = await run(...again, "--lang", "en");
  expect(out).toMatch(/^- Service: `anna-wiki`$/m);
  expect(out).toMatch(/^- Estimate: 90 m$/m);
  expect(out).toMatch(/^- Price: \*\*€90\.00\*\* as estimated: \*\*€60\.00\*\* an hour, by effort$/m);
  expect(out).toMatch(/^- Kind of work: webmaster on demand \(because: Work by effort\)$/m);
});

it.each([
  ["no estimate", [], "--set estimate"],
  ["a time without a unit", ["--set", "estimate=2"], "--set estimate"],
  ["a key that there is not", ["--set", "estimate=2h", "--set", "color=red"], "--set color"],
  ["a word where yes or no belongs", ["--set", "estimate=2h", "--set", "ours=maybe"], "--set ours"],
  ["a kind without its reason", ["--set", "estimate=2h", "--set", "kind=incident"], "--set reason"],
])("writes nothing for %s, and names the option", async (_, set, option) => {
  const { out, err, exitCode } = await run(...theme, ...set, "-f", memberInventory(inventory), "--lang", "en");
  expect({ exitCode, named: out.includes(`\`${option}\`: `) }, out).toEqual({ exitCode: 2, named: true });
  expect(err).toContain("nothing was written");
});

it("says what is missing", async () => {
  const directory = memberInventory(inventory);
  await expect(run("request", "new", "--work", "--member", "anna", "-f", directory)).rejects.toThrow(/lacks: work/);
  await expect(run("request", "new", "--work", "A job", "-f", directory)).rejects.toThrow(/lacks: member/);
});

it.each([
  ["en", /^- Price: \*\*€450\.00\*\* once, a fixed price$/m, /^- Target date: 2099-12-24$/m],
  ["de", /^- Preis: \*\*450,00 €\*\* einmalig, als Festpreis$/m, /^- Termin: 2099-12-24$/m],
])("shows a fixed price and the target date, in %s", async (lang, price, day) => {
  const set = ["--set", "targetDate=2099-12-24", "--set", "fixedPrice=450.00"];
  const { out } = await run(...theme, ...set, "-f", memberInventory(inventory), "--lang", lang);
  expect(out).toMatch(price);
  expect(out).toMatch(day);
});

it("counts time that a hostmaster adds to the file, without another approval, and shows all of it", async () => {
  const mail =
    "from: { name: Coop, address: a@example.org }\nquestions: a@example.org\nlanguage: de\nsmtp: { host: localhost, port: 25, tls: none }\nhostmasters: [hanna@example.org]\n";
  const repository = await MemberRepository.begin({ ...inventory, "mail.yaml": mail });
  const { directory } = repository;
  await repository.git("anna", "checkout", "-q", "-b", "theme");
  const { id, file } = JSON.parse((await run(...theme, "--set", "estimate=2h", "-f", directory, "--json")).out);
  await repository.commit("anna", {});
  await repository.git("hanna", "checkout", "-q", "main");
  const trailers = "Approved-by: Hanna <hanna@example.org>\nSigned-off-by: hanna <hanna@example.org>";
  await repository.git("hanna", "merge", "-q", "--no-ff", "-m", `Merge\n\n${trailers}`, "theme");
  await repository.git("hanna", "checkout", "-q", "-b", "spent");
  const effort = [
    { start: new Date(Date.now() - 7_200_000).toJSON().replace(/\.\d+Z/, "Z"), minutes: 90, by: "hanna" },
  ];
  const written = { ...parse(readFileSync(file, "utf8")), effort, done: true };
  writeFileSync(file, renderRequest(written));
  await repository.commit("hanna", {});
  const checked = await run("request", "check", "-f", directory, "--base", "main", "--lang", "en");
  expect(checked.out).toMatch(/^- Effort so far: 90 m$/m);
  expect({ exitCode: checked.exitCode, ok: checked.out.includes("Nothing is wrong") }).toEqual({
    exitCode: 0,
    ok: true,
  });
  await repository.merge("hanna", "spent");
  const { out: shown } = await run("request", "show", id, "-f", directory);
  expect(shown).toMatch(/^work "New theme" for anna, asked by anna@example\.org, planned for /m);
  expect(shown).toContain(
    "  Price: €120.00 as estimated: €60.00 an hour, by effort\n  Effort so far: 90 m\n  State: done\n",
  );
  expect((await run("request", "list", "-f", directory)).out).toMatch(/New theme .* ended/);
  const { out: report } = await run("work", "report", directory);
  expect(report).toContain(`billed: ${basename(file, ".yaml")} (anna, webmaster-on-demand): 1.5 h, €90.00`);
});

it("prints the schema of requests, work among them", async () => {
  const { out } = await run("schema", "request");
  const kinds = JSON.parse(out).oneOf ?? JSON.parse(out).anyOf;
  const work = kinds.find(
    (each: { properties: { change: { const: string } } }) => each.properties.change.const === "work",
  );
  expect(Object.keys(work.properties)).toEqual(expect.arrayContaining(["title", "estimate", "effort", "done"]));
});
