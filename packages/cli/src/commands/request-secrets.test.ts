import { join } from "node:path";
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { memberInventory } from "../request/testing/member-inventory.js";
import { closedSettings, passphrase } from "../stack/testing/closed-settings.js";
import { recordingContext } from "../testing.js";
import { requestShowCommand } from "./request-list.js";
import { requestNewCommand } from "./request-new.js";
import { requestSecretsCommand } from "./request-secrets.js";

const password = "q3Zr-not-to-be-read-by-anybody-else";

beforeEach(() => vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", passphrase));
afterEach(() => vi.unstubAllEnvs());

const asked = (service: string, template: string, values = "{}") =>
  `{ change: create, service: ${service}, member: anna, template: ${template}, host: web2, level: basic, askedBy: anna@example.org,
     askedAt: "2026-11-20T10:00:00Z", date: "2026-11-23", values: ${values} }\n`;

const options = "--member anna --service anna-cache --host web2 --level basic --date 2099-01-01".split(" ");

const mail = JSON.stringify({
  ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example" },
  ...{ hostmasters: ["root@coop.example"], language: "en", smtp: { host: "localhost", port: 25, tls: "none" } },
});

/** A stack whose folder is the inventory as well. */
function stack(member = "", more: Readonly<Record<string, string>> = {}): string {
  const directory = memberInventory({
    "Pulumi.yaml": "name: coop\nruntime: nodejs\n",
    "index.ts": "",
    "Pulumi.prod.yaml": closedSettings({ "coop:anna.anna-db.password": password }),
    "members/anna.yaml": `number: 1042\nemail: anna@example.org\n${member}`,
    "requests/db.yaml": asked("anna-db", "postgresql"),
    "requests/site.yaml": asked("anna-site", "static-site", "{ port: 8090 }"),
    ...more,
  });
  vi.stubEnv("PULUMI_BACKEND_URL", `file://${join(directory, ".state")}`);
  vi.stubEnv("PULUMI_HOME", join(directory, ".pulumi"));
  return directory;
}

async function type(make: typeof requestSecretsCommand, directory: string, ...args: readonly string[]) {
  const context = recordingContext();
  await make(context)
    .exitOverride()
    .parseAsync([...args, "-f", directory], { from: "user" });
  return context.written;
}

it("writes a file that the member's key opens, in the member's language", async () => {
  const identity = await generateX25519Identity();
  const directory = stack(`language: de\nageRecipient: ${await identityToRecipient(identity)}\n`);
  const { out } = await type(requestSecretsCommand, directory, "db");
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const opened = await decrypter.decrypt(armor.decode(out), "text");
  expect(opened).toBe(`anna-db: Passwort des Benutzers postgres: ${password}\n`);
});

it("refuses to show them where standard output is no terminal, before anything is read", async () => {
  const shown = type(requestSecretsCommand, "/nowhere", "db", "--show");
  await expect(shown).rejects.toMatchObject({ name: "UserError", code: "not-a-terminal" });
});

it.each([
  ["without a key of the member", "db", "no-age-recipient"],
  ["of a request that there is not", "none", "unknown-request"],
  ["of a template that tells none", "site", "no-told-secrets"],
])("says what to do %s", async (_, id, code) => {
  const failure = await type(requestSecretsCommand, stack(), id).catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: "UserError", code, nextStep: expect.any(String) });
  expect(JSON.stringify(failure) + String(failure)).not.toContain(password);
});

it("does not give what a former owner of the name had", async () => {
  const end =
    '{ change: end, service: anna-db, member: anna, askedBy: anna@example.org, askedAt: "2026-11-21T10:00:00Z", date: "2026-11-23" }';
  const again = asked("anna-db", "postgresql")
    .replaceAll("anna@", "ben@")
    .replace("member: anna", "member: ben")
    .replace("11-20T", "11-22T");
  const directory = stack("", { "requests/end.yaml": end, "requests/new.yaml": again });
  await expect(type(requestSecretsCommand, directory, "db")).rejects.toMatchObject({ code: "not-in-effect" });
});

it("of a request are named where it is made and shown, never their values", async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  const directory = stack(`ageRecipient: ${recipient}\n`, { "mail.yaml": mail });
  const shown = await type(requestShowCommand, directory, "db");
  expect(shown.out).toContain(
    `tells anna "Password of the user postgres" (anna.anna-db.password) by mail, encrypted to ${recipient}`,
  );
  const made = await type(requestNewCommand, directory, "redis", ...options, "--lang", "de");
  expect(made.out).toMatch(
    /`anna\.anna-cache\.password`: wird einmal zufällig erzeugt; Passwort \(AUTH\): kommt mit der Mail/,
  );
  const withoutKey = await type(
    requestNewCommand,
    stack("", { "mail.yaml": mail }),
    "redis",
    ...options,
    "--lang",
    "en",
  );
  expect(withoutKey.out).toMatch(
    /Password \(AUTH\): the hostmasters hand it over; .*members\/anna\.yaml before the request is applied/,
  );
  const internal = ["wordpress", ...options, "--set", "domain=x.example.org", "--set", "port=8099"];
  const wordpress = await type(requestNewCommand, stack(), ...internal, "--lang", "en");
  expect(wordpress.out).toMatch(/databasePassword`: is made once, at random\n/);
});

it("come by no mail where none is declared: hostmasters hand them over", async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  const directory = stack(`ageRecipient: ${recipient}\n`);
  const shown = await type(requestShowCommand, directory, "db");
  expect(shown.out).toContain("(anna.anna-db.password) by the hostmasters: inventory/mail.yaml");
  for (const [language, says] of [
    ["de", "Passwort (AUTH): die Hostmaster geben es weiter\n"],
    ["en", "Password (AUTH): the hostmasters hand it over\n"],
  ] as const) {
    const made = await type(
      requestNewCommand,
      stack(`ageRecipient: ${recipient}\n`),
      "redis",
      ...options,
      "--lang",
      language,
    );
    expect(made.out).toContain(says);
  }
});
