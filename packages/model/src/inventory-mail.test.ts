import { describe, expect, it } from "vitest";
import { renderFinding } from "./finding.js";
import { loadInventory } from "./inventory.js";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const hosts = `web1: { address: web1.test, hostKey: ${key}, reserve: 512MiB }\n`;
const mail = `from: { name: Beispielgenossenschaft eG, address: noreply@example.org }
questions: support@example.org
hostmasters: [one@example.org, two@example.org]
language: de
smtp:
  host: smtp.example.org
  port: 587
  tls: starttls
  user: noreply
  password: { config: smtpPassword }
`;

const load = (changes: Record<string, string>) =>
  loadInventory(new Map(Object.entries({ "hosts.yaml": hosts, "mail.yaml": mail, ...changes })));

function said(changes: Record<string, string>): string[] {
  const parsed = load(changes);
  return parsed.ok ? [] : parsed.findings.map(renderFinding);
}

describe("mail.yaml", () => {
  it("says who is told, from whom and over which server; the password stays a name", () => {
    expect(load({})).toMatchObject({
      value: {
        mail: {
          from: { name: "Beispielgenossenschaft eG", address: "noreply@example.org" },
          hostmasters: ["one@example.org", "two@example.org"],
          smtp: {
            port: 587,
            tls: "starttls",
            isVerified: true,
            login: { user: "noreply", passwordConfig: "smtpPassword" },
          },
        },
      },
    });
    expect(load({ "mail.yaml": mail.replace("tls: starttls", "tls: implicit-unverified") })).toMatchObject({
      value: { mail: { smtp: { tls: "implicit", isVerified: false } } },
    });
  });

  it("may be missing", () => {
    expect(loadInventory(new Map([["hosts.yaml", hosts]]))).toMatchObject({ ok: true, value: { mail: undefined } });
  });

  it.each<[string, string, string]>([
    ["language: de\n", "", "mail.yaml:1:1: language: is missing: Language of mails"],
    ["language: de", "language: fr", "mail.yaml:4:11: language: "],
    ["[one@example.org, two@example.org]", "[]", "mail.yaml:3:1: hostmasters: must name at least one address"],
    ["two@", "one@", "mail.yaml:3:32: hostmasters.1: stands here twice"],
    ["support@example.org", "Support <support@example.org>", "mail.yaml:2:12: questions: must be the address alone"],
    ["support@example.org", "support", "mail.yaml:2:12: questions: must be one e-mail address"],
    ["Beispielgenossenschaft eG", '"a\\r\\nBcc: x@example.org"', "mail.yaml:1:15: from.name: must be one line of text"],
    [
      "{ config: smtpPassword }",
      "hunter2",
      "mail.yaml:10:13: smtp.password: must be { config: name }: the password itself",
    ],
    ["  user: noreply\n", "", "mail.yaml:9:3: smtp.password: has no user beside it"],
    ["  password: { config: smtpPassword }\n", "", "mail.yaml:9:9: smtp.user: has no password beside it"],
    ["tls: starttls", "tls: none", "mail.yaml:8:8: smtp.tls: would send the password in the clear"],
    ["  tls: starttls\n", "", "mail.yaml:5:1: smtp.tls: is missing: "],
    ["  port: 587", "  secure: true\n  port: 587", 'mail.yaml:7:3: smtp.secure: is not a key here: use "tls"'],
    ["  port: 587", "  ca: hello\n  port: 587", "mail.yaml:7:7: smtp.ca: must be a certificate in PEM"],
    [mail, "", "mail.yaml:1:1: is empty: it needs from, questions, hostmasters, language, smtp"],
    [mail.slice(mail.indexOf("smtp:")), "smtp: smtp.example.org\n", "mail.yaml:5:7: smtp: "],
  ])("places what is wrong: %#", (from, to, expected) => {
    const findings = said({ "mail.yaml": mail.replace(from, to) });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(expected);
    expect(findings[0]).not.toContain("hunter2");
  });

  it("is told from what is spelled like it", () => {
    expect(said({ "mails.yaml": mail })[0]).toContain('(did you mean "mail.yaml"?)');
    expect(said({ "mail.yml": mail })[0]).toContain('rename it to end in ".yaml"');
  });
});

describe("a member", () => {
  const member = (text: string) => said({ "members/anna.yaml": `number: 1042\n${text}` });

  it("may have an address and a language", () => {
    expect(load({ "members/anna.yaml": "number: 1042\nemail: anna@example.org\nlanguage: en\n" })).toMatchObject({
      value: { members: [{ name: "anna", number: 1042, email: "anna@example.org", language: "en" }] },
    });
  });

  it.each([
    ["email: anna\n", "members/anna.yaml:2:8: email: must be one e-mail address"],
    ['email: "anna@example.org\\nBcc: x@example.org"\n', "members/anna.yaml:2:8: email: must be one e-mail address"],
    ["language: german\n", "members/anna.yaml:2:11: language: "],
    ["mail: anna@example.org\n", 'members/anna.yaml:2:1: mail: is not a key here: use "email"'],
  ])("is told what is wrong: %#", (text, expected) => {
    const findings = member(text);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(expected);
  });
});
