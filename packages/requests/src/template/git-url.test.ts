import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFieldValue } from "./field-value.js";
import { messages } from "./messages.js";

const text = { de: "x", en: "x" };
const field = { name: "repository", type: "gitUrl", label: text, help: text, required: true, advanced: false } as const;
const problemOf = (input: string, language: "de" | "en" = "en") => {
  const parsed = parseFieldValue(field, input, language);
  return parsed.ok ? undefined : parsed.message;
};

/** By the message that says why. */
const hostile = {
  gitProtocol: [
    "ext::sh -c touch% /tmp/x",
    "ext::sh",
    "fd::17/x",
    "file:///etc",
    "/etc/passwd",
    "../other",
    "ssh://-oProxyCommand=touch%20x/x",
    "ssh://git@example.org/x.git",
    "git@example.org:x.git",
    "-oProxyCommand=x:y",
    "--upload-pack=touch /tmp/x",
    "-u./x",
    "-",
    "git://example.org/x.git",
    "http://example.org/x.git",
    "ftp://example.org/x.git",
    "HTTPS://example.org/x.git",
    "https:example.org/x",
    "transport::https://example.org/x.git",
    " https://example.org/x.git",
  ],
  gitLogin: [
    "https://anna:hunter2@example.org/x.git",
    "https://ghp_token@example.org/x.git",
    "https://example.org@evil.example/x.git",
    "https://@example.org/x.git",
    "https://example.org\\@evil.example/x.git",
    "https://-oProxyCommand=x@example.org/x",
  ],
  gitAscii: [
    "https://exаmple.org/x.git",
    "https://example。org/x.git",
    "https://example.org/ｘ.git",
    "https://ex\u00adample.org/x.git",
    "https://exa\u200bmple.org/x.git",
    "https://example.org/\u202egit.x",
  ],
  oneLine: [
    "https://example.org/x.git\n--upload-pack=x",
    "https://example.org/x.git\r",
    "https://example.org/x.git\n",
    "https://example.org/\0x.git",
    "https://example.org/x.git\u2028x",
  ],
  gitUrl: [
    "https://",
    "https://example.org",
    "https://example.org/",
    "https://-example.org/x.git",
    "https://localhost/x.git",
    "https://127.0.0.1/x.git",
    "https://[::1]/x.git",
    "https://2130706433/x.git",
    "https://0x7f.1/x.git",
    "https://example.org:99999/x.git",
    "https://example.org:/x.git",
    "https://example.org/../x.git",
    "https://example.org/a/../../x.git",
    "https://example.org/-x",
    "https://example.org//x.git",
    "https://example.org/%2e%2e/x",
    "https://example.org/x.git?service=git-upload-pack",
    "https://example.org/x.git#main",
    "https://example.org/x.git --upload-pack=x",
    "https://example.org/$(id)",
    "https://example.org/`id`",
    "https://example.org/x;id",
    `https://example.org/${"x".repeat(500)}`,
  ],
} as const;

describe("the address of a member's repository", () => {
  it.each([
    "https://example.org/anna/shop.git",
    "https://codeberg.org/anna/shop",
    "https://git.example.org:8443/~anna/shop_2.git",
    "https://xn--bcher-kva.example/anna/shop.git",
  ])("may be %s", (url) => expect(problemOf(url)).toBeUndefined());

  for (const [reason, urls] of Object.entries(hostile) as [keyof typeof hostile, readonly string[]][]) {
    it.each(urls.map((url) => [url]))(`is refused (${reason}), in both languages: %j`, (url) => {
      for (const language of ["de", "en"] as const) expect(problemOf(url, language)).toBe(messages[language][reason]);
    });
  }

  it("is, once it is accepted, read as the same address by everybody: https, no login, nothing after the path", () => {
    const pieces = fc.constantFrom(
      ...[
        "https://",
        "http://",
        "ssh://",
        "ext::",
        "file://",
        "example.org",
        "evil.example",
        "@",
        ":",
        "/",
        "\\",
        "-",
        "--",
        "..",
        ".",
      ],
      ...[
        "%2f",
        "%00",
        "?",
        "#",
        "\n",
        "\t",
        " ",
        "а",
        "。",
        "x",
        "443",
        "[::1]",
        "127.0.0.1",
        "xn--a",
        ".git",
        "~",
        "_",
        "anna:pw",
        "=",
        "$(x)",
      ],
    );
    const any = fc.array(pieces, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(""));
    const near = any.map((rest) => `https://example.org/${rest}`);
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(any, near, fc.webUrl()), (url) => {
        if (problemOf(url) !== undefined) return;
        accepted++;
        const read = new URL(url);
        expect(read.href.replace(":443/", "/")).toBe(url.replace(":443/", "/"));
        expect([read.protocol, read.username, read.password, read.search, read.hash]).toEqual([
          "https:",
          "",
          "",
          "",
          "",
        ]);
        expect(read.pathname.split("/").some((part) => part.startsWith("-"))).toBe(false);
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});
