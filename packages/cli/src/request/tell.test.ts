import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { heldNotice } from "@allmende/requests";
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, test, vi } from "vitest";
import { databasePassword, hostKey, mailStack, now, useMailStack } from "../mail/testing/mail-stack.js";
import { loadInventoryFolder } from "../stack/stack-inventory.js";
import { recordingContext } from "../testing.js";
import { appliedNotices, tellApplied } from "./applied-notices.js";
import { tell } from "./tell.js";

useMailStack();
const { folder, write } = mailStack;

const workFile = JSON.stringify({
  ...{ zone: "UTC", leadTime: { default: "3d" }, quota: { default: "1GiB" }, deviation: 20 },
  rules: [
    {
      kind: "service-request",
      when: { change: ["create", "change", "end"] },
      reason: { de: "Katalog", en: "Catalogue" },
    },
  ],
});

/** A mail's text without what quoted-printable does to it. */
const textOf = (mail = "") =>
  mail
    .replaceAll("=\r\n", "")
    .replaceAll(/((?:=[0-9A-F]{2})+)/g, (bytes) => Buffer.from(bytes.replaceAll("=", ""), "hex").toString())
    .replaceAll("\r\n", "\n");

describe("the mail about a request that is applied", () => {
  const request = {
    ...{ change: "create", service: "anna-db", member: "anna", template: "postgresql", host: "web1" },
    ...{ askedBy: "anna@example.org", askedAt: "2026-11-20T10:00:00Z", date: "2026-11-23", values: {} },
  };

  const password = { id: "one", secrets: ["anna.anna-db.password"] };

  async function declare(member: string, more: object = {}) {
    write({
      "inventory/hosts.yaml": `web1: { address: web1.test, hostKey: ${hostKey}, reserve: 512MiB, ram: 4GiB }\n`,
      "inventory/members/anna.yaml": `number: 1\n${member}`,
      "inventory/work.yaml": workFile,
      "inventory/requests/one.yaml": JSON.stringify({ ...request, ...more }),
    });
    return await loadInventoryFolder(mailStack.directory, { folder: folder(), nowMs: now });
  }

  async function apply(member: string): Promise<string> {
    const inventory = await declare(`email: anna@example.org\n${member}`);
    for (let run = 0; run < 2; run++)
      expect(await tellApplied(recordingContext(), folder(), inventory, [password], [])).toMatchObject({
        told: ["anna@example.org"],
        untold: [],
      });
    expect(mailStack.server.recipients).toEqual([["anna@example.org"]]);
    const [mail = ""] = mailStack.server.mails;
    expect(mail).not.toContain(databasePassword);
    expect(readFileSync(join(mailStack.directory, ".state", "mail-prod.jsonl"), "utf8")).not.toContain(
      databasePassword,
    );
    return mail;
  }

  test("brings the generated password, which only the member's key opens, once", async () => {
    const identity = await generateX25519Identity();
    const mail = await apply(`language: de\nageRecipient: ${await identityToRecipient(identity)}\n`);
    expect(mail).toMatch(/^Subject: Antrag zu anna-db: umgesetzt\r$/m);
    const text = textOf(mail);
    expect(text).toContain("  anna-db: Passwort des Benutzers postgres\n");
    expect(text).toContain("\n  age -d -i key.txt anna-db.age\n");
    const [sealed = ""] = /-----BEGIN AGE[\s\S]*-----END AGE ENCRYPTED FILE-----\n/.exec(text) ?? [];
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const opened = await decrypter.decrypt(armor.decode(sealed), "text");
    expect(opened).toBe(`anna-db: Passwort des Benutzers postgres: ${databasePassword}\n`);
    const stranger = new Decrypter();
    stranger.addIdentity(await generateX25519Identity());
    await expect(stranger.decrypt(armor.decode(sealed), "text")).rejects.toThrow("no identity matched");
  });

  test("says without a key how to declare one, and that hostmasters can show it", async () => {
    const text = textOf(await apply(""));
    expect(text).toMatch(/anna-db: Password of the user postgres[\s\S]*age-keygen -o key\.txt/);
    expect(text).toMatch(/help@coop\.example.*members\/anna\.yaml[\s\S]*allmende request secrets one[\s\S]*show it/);
    expect(text).not.toContain("BEGIN AGE");
  });

  const said = async (more: object, member = "email: anna@example.org\nlanguage: de\n") => {
    await declare(member);
    write({ "inventory/requests/two.yaml": JSON.stringify({ ...request, askedAt: "2026-11-21T10:00:00Z", ...more }) });
    const inventory = await loadInventoryFolder(mailStack.directory, { folder: folder(), nowMs: now });
    await tellApplied(recordingContext(), folder(), inventory, [{ id: "two", secrets: [] }], []);
    return textOf(mailStack.server.mails[0]);
  };

  test("says how a database is reached by the member's other services", async () => {
    expect(textOf(await apply("language: de\n"))).toContain(
      "Host anna-db, Port 5432, Datenbank postgres, Benutzer postgres.",
    );
  });

  test("says at which address a site answers", async () => {
    const site = { service: "anna-site", template: "static-site", values: { port: 8090 } };
    expect(await said(site)).toContain("Die Website antwortet unter http://web1.test:8090/\n");
  });

  test("says of a change what was before and is after", async () => {
    expect(await said({ template: undefined, host: undefined, change: "change", values: { ram: "384MiB" } })).toContain(
      "Geändert hat sich:\n  RAM: 256MiB → 384MiB\n",
    );
  });

  test("says of an end that it ended, and where its data stay", async () => {
    const end = { change: "end", template: undefined, host: undefined, values: undefined };
    expect(await said(end)).toMatch(
      /der Dienst ist beendet\.\n\nanna-db-data bleibt auf web1, bis ein Hostmaster es löscht/,
    );
  });

  test("goes to the member, and without the secrets to whoever asked in their place", async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    const inventory = await declare(`email: anna@example.org\nageRecipient: ${recipient}\n`, {
      askedBy: "hanna@coop.example",
    });
    const { told } = await tellApplied(recordingContext(), folder(), inventory, [password], []);
    expect(told).toEqual(["anna@example.org", "hanna@coop.example"]);
    expect(mailStack.server.recipients).toEqual([["anna@example.org"], ["hanna@coop.example"]]);
    const [toAnna, toHanna] = mailStack.server.mails.map(textOf);
    expect(toAnna).toContain("BEGIN AGE");
    expect(toHanna).toContain("Request one (anna-db) is applied.");
    expect(toHanna).not.toMatch(/BEGIN AGE|Password/);
  });

  test("has no secrets where none is new", async () => {
    const inventory = await declare("email: anna@example.org\n");
    await tellApplied(recordingContext(), folder(), inventory, [{ id: "one", secrets: [] }], []);
    expect(mailStack.server.mails.map(textOf)).toEqual([expect.not.stringMatching(/age-keygen|Password/)]);
  });

  test("which no server took is known to be untold, and is sent once one does", async () => {
    const inventory = await declare("email: anna@example.org\n");
    const { mail } = inventory;
    const smtp = mail?.smtp;
    if (mail === undefined || smtp === undefined) throw new Error("no mail.yaml");
    const away = { ...inventory, mail: { ...mail, smtp: { ...smtp, port: 1 } } };
    const first = await tellApplied(recordingContext(), folder(), away, [password], []);
    expect(first).toMatchObject({ told: [], untold: [password], mailFailure: { code: expect.any(String) } });
    const second = await tellApplied(recordingContext(), folder(), inventory, first.untold, []);
    expect(second).toMatchObject({ told: ["anna@example.org"], untold: [], mailFailure: undefined });
    expect(mailStack.server.recipients).toEqual([["anna@example.org"]]);
  });

  test("without the password for the server, what was applied stays applied, and the reason is said", async () => {
    const inventory = await declare("email: anna@example.org\n");
    rmSync(join(mailStack.directory, "Pulumi.prod.yaml"));
    vi.stubEnv("PULUMI_STACK", "prod");
    expect(await tellApplied(recordingContext(), folder(), inventory, [password], [])).toMatchObject({
      ...{ told: [], untold: [password], mailFailure: { code: "no-config-value" } },
    });
  });

  test("when the secret cannot be read, what was applied stays applied, and the reason is said", async () => {
    const recipient = await identityToRecipient(await generateX25519Identity());
    const inventory = await declare(`ageRecipient: ${recipient}\n`);
    rmSync(join(mailStack.directory, "Pulumi.prod.yaml"));
    vi.stubEnv("PULUMI_STACK", "prod");
    const { notices, failure } = await appliedNotices(folder(), inventory, [password]);
    expect([notices, failure?.code]).toEqual([[], "secret-not-made"]);
    expect(await tellApplied(recordingContext(), folder(), inventory, [password], [])).toMatchObject({
      ...{ told: [], untold: [password], mailFailure: { code: "secret-not-made" } },
    });
  });
});

describe("the mail about a request that waits", () => {
  test("reaches whoever asked, in their language, once for each reason", async () => {
    const asked = (service: string, at: string) => ({
      ...{ change: "create", service, member: "anna", template: "static-site", host: "web1" },
      ...{ askedBy: "anna@example.org", askedAt: at, date: "2026-11-23", values: { port: 8090 } },
    });
    write({
      "inventory/hosts.yaml": `web1: { address: web1.test, hostKey: ${hostKey}, reserve: 512MiB, ram: 4GiB }\n`,
      "inventory/work.yaml": workFile,
      "inventory/requests/one.yaml": JSON.stringify(asked("anna-one", "2026-11-20T10:00:00Z")),
      "inventory/requests/two.yaml": JSON.stringify(asked("anna-two", "2026-11-20T11:00:00Z")),
    });
    const inventory = await loadInventoryFolder(mailStack.directory, { folder: folder(), nowMs: now });
    const notices = inventory.held.map((held) => ({ ...held, noticeOf: heldNotice }));
    const told = async () => await tell(recordingContext(), folder(), inventory, notices);
    expect(await told()).toEqual({ told: ["anna@example.org"], unsent: [], mailFailure: undefined });
    await told();
    expect(mailStack.server.recipients).toEqual([["anna@example.org"]]);
    const [mail = ""] = mailStack.server.mails;
    expect(mail).toMatch(/^Subject: Antrag zu anna-two: wartet\r$/m);
    expect(textOf(mail)).toMatch(/Port 8090\/tcp von web1 ist vergeben \(anna-one\)[\s\S]*allmende revert two/);
  });
});
