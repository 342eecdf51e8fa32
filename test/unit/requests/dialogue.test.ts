import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished, vi } from "vitest";
import { parse } from "yaml";
import { memberInventory } from "../../../packages/cli/src/request/testing/member-inventory.js";
import { allmendeOfSources } from "./allmende.js";
import { keys, TerminalSession } from "./terminal.js";

// Each starts the command from its sources.
vi.setConfig({ testTimeout: 120_000 });

function session(directory: string, locale: string, ...args: readonly string[]): TerminalSession {
  const started = new TerminalSession(directory, locale, "request", "new", ...args);
  onTestFinished(() => started.end());
  return started;
}

const day = (inDays: number) => new Date(Date.now() + inDays * 86_400_000).toISOString().slice(0, 10);
const requestsIn = (directory: string) =>
  existsSync(join(directory, "requests")) ? readdirSync(join(directory, "requests")) : [];

it("asks in German field by field, says at once what is wrong, and writes the file", async () => {
  const directory = memberInventory();
  const terminal = session(directory, "de_DE.UTF-8", "static-site");
  await terminal.answer(/^Für welches Mitglied\?[\s\S]*❯ anna[\s\S]*Pfeiltasten/, keys.enter);
  await terminal.answer(/^Deine E-Mail-Adresse \(anna@example.org\)/, `kein${keys.enter}`);
  await terminal.answer(/ist keine E-Mail-Adresse/, keys.clear);
  await terminal.answer(/^Deine E-Mail-Adresse \(.*\)$/, `eve@example.org${keys.enter}`);
  await terminal.answer(/eve@example.org darf für anna nichts beantragen/, keys.clear);
  await terminal.answer(/^Deine E-Mail-Adresse/, keys.enter);
  await terminal.answer(/^Name des Dienstes/, `Anna Blog${keys.enter}`);
  await terminal.answer(/Kleinbuchstaben, Ziffern und Bindestriche, zuerst ein Buchstabe/, keys.clear);
  await terminal.answer(/^Name des Dienstes \(.*\)$/, `ben-site${keys.enter}`);
  await terminal.answer(/ist vergeben: wähle einen anderen Namen/, keys.clear);
  await terminal.answer(/^Name des Dienstes \(.*\)$/, `anna-blog${keys.enter}`);
  await terminal.answer(/^Image .*\(docker.io\/nginxinc/, `nginx${keys.enter}`);
  await terminal.answer(/muss ein Image mit Registry, Name und Version sein/, keys.clear);
  await terminal.answer(/^Image .*1\.29\)$/, keys.enter);
  await terminal.answer(/^Port auf dem Host/, `80${keys.enter}`);
  await terminal.answer(/muss von 1024 bis 65535 sein/, keys.clear);
  await terminal.answer(/^Port auf dem Host \(.*\)$/, `8090${keys.enter}`);
  await terminal.answer(/^RAM \(.*\(64MiB\)/, `0,2 GiB${keys.enter}`);
  await terminal.answer(/204MiB ist eine/, keys.clear);
  await terminal.answer(/^RAM \(.*\)$/, `0,2${keys.enter}`);
  await terminal.answer(/mit Einheit sein, zum Beispiel 512MiB oder 1,5GiB/, keys.clear);
  await terminal.answer(/^RAM \(.*\)$/, `1MiB${keys.enter}`);
  await terminal.answer(/muss mindestens 32MiB sein/, keys.clear);
  await terminal.answer(/^RAM \(.*\)$/, keys.enter);
  await terminal.answer(
    /^Auf welchem Host\?[\s\S]*❯ web2: Platz für höchstens 1,6 GiB\n {2}web1: Platz für höchstens 352 MiB/,
    keys.enter,
  );
  await terminal.answer(
    /^Welche Dienstgüte\?[\s\S]*❯ Einfach: 0,10 € im Monat\n {2}Gold: 10,00 € im Monat/,
    keys.enter,
  );
  const question = new RegExp(`^Ab welchem Tag\\? \\(ohne Zuschlag ab ${day(4)}; früher kostet einmalig 25,00 €\\)`);
  await terminal.answer(question, `morgen${keys.enter}`);
  await terminal.answer(/ein Tag wird gebraucht/, keys.clear);
  await terminal.answer(question, `${day(1).split("-").reverse().join(".")}${keys.enter}`);
  await terminal.shows(/anna-blog +web2 +– +64 MiB/);
  await terminal.shows(/Preis +0,00 € → 0,35 € im Monat/);
  await terminal.shows(/25,00 € einmalig: Kurzfrist-Zuschlag/);
  await terminal.shows(/Dienstgüte +basic/);
  await terminal.shows(/web2: danach 240 MiB von 1,8 GiB vergeben, 1,5 GiB frei/);
  await terminal.shows(new RegExp(`gilt ab ${day(1)}; ohne Zuschlag ab ${day(4)}`));
  expect(requestsIn(directory)).toEqual([]);
  await terminal.answer(/^Diesen Antrag schreiben\?[\s\S]*❯ ja\n {2}nein/, keys.enter);
  expect(await terminal.exitCode).toBe(0);
  await terminal.shows(/geschrieben: .*requests\/.*-anna-blog\.yaml/);
  const [file = ""] = requestsIn(directory);
  expect(parse(readFileSync(join(directory, "requests", file), "utf8"))).toEqual({
    ...{ change: "create", service: "anna-blog", member: "anna", template: "static-site", host: "web2" },
    ...{ level: "basic", askedBy: "anna@example.org", askedAt: expect.any(String), date: day(1) },
    values: { image: "docker.io/nginxinc/nginx-unprivileged:1.29", port: 8090, ram: "64MiB" },
  });
});

it("takes whoever git says commits here for the one who asks, and offers no address of somebody else", async () => {
  const directory = memberInventory();
  await execa("git", ["init", "--quiet", directory]);
  await execa("git", ["-C", directory, "config", "user.email", "Ben@example.org"]);
  const terminal = session(directory, "en_GB.UTF-8", "static-site");
  await terminal.answer(/^For which member\?\s+anna\s+❯ ben/, keys.enter);
  await terminal.answer(/^Your e-mail address \(Ben@example.org\)/, keys.enter);
  await terminal.answer(/^Name of the service/, keys.interrupt);
  const forAnna = session(directory, "en_GB.UTF-8", "static-site", "--member", "anna");
  await forAnna.answer(/^Your e-mail address\s*$/, keys.enter);
  await forAnna.answer(/is needed/, keys.interrupt);
});

it("asks in English, and asks again for what does not go together", async () => {
  const directory = memberInventory();
  const terminal = session(directory, "en_GB.UTF-8", "--member", "anna", "--service", "anna-blog", "--level", "basic");
  await terminal.answer(/^What is it to be\?[\s\S]*Forgejo \(forgejo\): 384 MiB, €1\.50 per month/, "Static site");
  await terminal.answer(/❯ Static website \(static-site\): 64 MiB/, keys.enter);
  await terminal.answer(/^Your e-mail address \(anna@example.org\)/, keys.enter);
  await terminal.answer(/^Image/, keys.enter);
  await terminal.answer(/^Port on the host/, `8080${keys.enter}`);
  await terminal.answer(/^RAM/, `700MiB${keys.enter}`);
  await terminal.answer(/^On which host\?[\s\S]*arrow keys/, keys.down);
  await terminal.answer(/❯ web1: room for up to 352 MiB/, keys.enter);
  await terminal.answer(/^From which day on\?/, keys.enter);
  await terminal.shows(/port 8080\/tcp of web1 is taken \(ben-site\): choose another one/);
  await terminal.shows(/does not fit on web1.*What fits on web1: up to 352 MiB\. It fits\s+as it is on: web2/s);
  await terminal.answer(/^Port on the host \(.*\)$/, `8091${keys.enter}`);
  await terminal.answer(/^RAM \(.*\)$/, `96MiB${keys.enter}`);
  await terminal.answer(/^On which host\?/, keys.down);
  await terminal.answer(/❯ web1/, keys.enter);
  await terminal.answer(/^Write this request\?[\s\S]*❯ yes/, keys.down);
  await terminal.answer(/❯ no/, keys.enter);
  expect(await terminal.exitCode).toBe(0);
  await terminal.shows(/nothing was written/);
  expect(requestsIn(directory)).toEqual([]);
});

const blog = `change: create
service: anna-blog
template: static-site
member: anna
host: web1
level: basic
askedBy: anna@example.org
askedAt: 2026-11-01T10:00:00Z
date: 2026-11-05
values: { port: 8090, ram: 64MiB }
`;
const made = "requests/20261101-anna-blog.yaml";
const newIn = (directory: string) => {
  const [file = ""] = requestsIn(directory).filter((name) => !made.endsWith(name));
  return file === "" ? undefined : parse(readFileSync(join(directory, "requests", file), "utf8"));
};

it("asks in German what is to be different, from what there is, and shows RAM and price before and after", async () => {
  const directory = memberInventory({ [made]: blog });
  const terminal = session(directory, "de_DE.UTF-8", "--change", "anna-blog");
  await terminal.answer(/^Deine E-Mail-Adresse \(anna@example.org\)/, keys.enter);
  await terminal.answer(/^Image .*1\.29\)$/, keys.enter);
  await terminal.answer(/^Port auf dem Host .*\(8090\)$/, `8080${keys.enter}`);
  await terminal.answer(/^RAM \(.*\(64MiB\)$/, `1MiB${keys.enter}`);
  await terminal.answer(/muss mindestens 32MiB sein/, keys.clear);
  // 96 MiB, as it is typed in German.
  await terminal.answer(/^RAM \(.*\)$/, `0,09375 GiB${keys.enter}`);
  await terminal.answer(
    /^Welche Dienstgüte\?[\s\S]*❯ Einfach: 0,10 € im Monat[\s\S]*Gold: 10,00 € im Monat.*nur auf web2/,
    keys.enter,
  );
  await terminal.answer(/^Ab welchem Tag\?/, keys.enter);
  await terminal.shows(/Port 8080\/tcp .* vergeben/);
  // Only what does not go together is asked again.
  await terminal.answer(/^Port auf dem Host .*\(8090\)$/, `8091${keys.enter}`);
  await terminal.shows(/Port auf dem Host +8090 → 8091\n +RAM +64MiB → 0,09375GiB/);
  await terminal.shows(/anna-blog +web1 +64 MiB +96 MiB/);
  await terminal.shows(/Preis +0,35 € → 0,48 € im Monat/);
  expect(newIn(directory)).toBeUndefined();
  await terminal.answer(/^Diesen Antrag schreiben\?/, keys.enter);
  expect(await terminal.exitCode).toBe(0);
  expect(newIn(directory)).toEqual({
    ...{ change: "change", service: "anna-blog", member: "anna", askedBy: "anna@example.org" },
    ...{ askedAt: expect.any(String), date: day(4), values: { port: 8091, ram: "0.09375GiB" } },
  });
});

it("writes no change when all answers are what there is", async () => {
  const directory = memberInventory({ [made]: blog });
  const terminal = session(directory, "en_GB.UTF-8", "--change", "anna-blog");
  for (const question of [
    /^Your e-mail/,
    /^Image/,
    /^Port/,
    /^RAM/,
    /^Which service level\?[\s\S]*❯ Basic/,
    /^From which/,
  ])
    await terminal.answer(question, keys.enter);
  expect(await terminal.exitCode).toBe(2);
  await terminal.shows(/all stays as it is: there is nothing to ask for/);
  expect(newIn(directory)).toBeUndefined();
});

it("asks in English for the day of an end, again when it was in the past", async () => {
  const directory = memberInventory({ [made]: blog });
  const terminal = session(directory, "en_GB.UTF-8", "--end", "anna-blog");
  await terminal.answer(/^Your e-mail address \(anna@example.org\)/, keys.enter);
  await terminal.answer(
    new RegExp(`^From which day on is it to be gone\\? \\(${day(0)}\\)`),
    `${day(-1)}${keys.enter}`,
  );
  await terminal.shows(/before the day/);
  await terminal.answer(/^From which day on is it to be gone\? \(\S+\)$/, `${day(2)}${keys.enter}`);
  await terminal.shows(/anna-blog +web1 +64 MiB +–/);
  await terminal.shows(/Price +€0\.35 → €0\.00 per month/);
  await terminal.answer(/^Write this request\?/, keys.enter);
  expect(await terminal.exitCode).toBe(0);
  expect(newIn(directory)).toMatchObject({ change: "end", service: "anna-blog", date: day(2) });
});

const questions = [
  /^Your e-mail/,
  /^Image/,
  /^Port/,
  /^RAM/,
  /^On which host/,
  /^Which service/,
  /^From/,
  /^Write this/,
];

it.each([
  ["at the first question", 0],
  ["in the middle", 2],
  ["before it is written", 7],
])("leaves nothing behind after Ctrl-C %s", async (_, answered) => {
  const directory = memberInventory();
  const before = readdirSync(directory);
  const terminal = session(directory, "C.UTF-8", "static-site", "--member", "anna", "--service", "anna-blog");
  for (const [index, question] of questions.slice(0, answered).entries())
    await terminal.answer(question, index === 2 ? `8090${keys.enter}` : keys.enter);
  await terminal.answer(questions[answered] ?? /never/, keys.interrupt);
  expect(await terminal.exitCode).toBe(130);
  await terminal.shows(/nothing was written/);
  expect(readdirSync(directory)).toEqual(before);
});

it("says after Ctrl-C nothing in another language", async () => {
  const terminal = session(memberInventory(), "de_DE.UTF-8", "static-site");
  await terminal.answer(/^Für welches Mitglied/, keys.interrupt);
  expect(await terminal.exitCode).toBe(130);
  await terminal.shows(/nichts wurde geschrieben\s*$/);
});

it("says without a terminal what is missing, and how to give it, in either language", async () => {
  const directory = memberInventory();
  const run = (...args: readonly string[]) =>
    execa(process.execPath, [...allmendeOfSources.args, "request", "new", ...args], {
      cwd: directory,
      env: allmendeOfSources.environment,
      reject: false,
      stdin: "ignore",
    });
  const { exitCode, stderr } = await run("static-site", "--member", "anna");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/lacks: service, host\n.*give --service, --host, or run it on a terminal/);
  const german = await run("static-site", "--member", "anna", "--lang", "de");
  expect(german.stderr).toMatch(
    /Es fehlt: der Name des Dienstes \(--service\), der Host \(--host\)\n.*gib --service, --host an, oder führ es in einem Terminal aus/,
  );
  const empty = await run(
    "static-site",
    "--member",
    "anna",
    "--service",
    "anna-blog",
    "--host",
    "web1",
    "--level",
    "basic",
  );
  expect(empty.exitCode).toBe(2);
  expect(empty.stdout).toMatch(/`--set port`: is missing: Port on the host/);
  expect(empty.stderr).toMatch(/nothing was written\nnext: give --set port=…, or run it on a terminal/);
  expect(requestsIn(directory)).toEqual([]);
});
