import type { ServiceSpec } from "@allmende/model";
import fc from "fast-check";

/** What has broken other generators: separators, quotes, escapes, specifiers, expansions, comments, sections, options. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is one of the hostile values
// biome-ignore-start format: a list to read across
const fragments = [
  "\n",
  "\r",
  "\t",
  "\0",
  "\x1b",
  "\x7f",
  "\\",
  "\\n",
  "\\x41",
  "\\\n",
  '"',
  "'",
  "%",
  "%%",
  "%n",
  "%h",
  "$",
  "$$",
  "$HOME",
  "${HOME}",
  " ",
  "  ",
  ";",
  "#",
  "[Service]",
  "\n[Service]\nExecStartPre=/bin/false\n",
  "=",
  ",",
  ":",
  "-",
  "--privileged",
  "`id`",
  "$(id)",
  "&&",
  "|",
  "a",
  "é",
  "日本",
  "🦆",
  "\u00a0",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\u0080",
  "\ufdd0",
  "\ufffe",
  "\u{10ffff}",
  "{",
  "}",
  "\\u0041",
  "CMD",
  "NONE",
  "@",
  "+",
  "!",
  "~",
  "*",
];
// biome-ignore-end format: a list
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: a list

/** Any text, mostly made of what has a meaning somewhere on the way. */
export const hostileText = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: fc.constantFrom(...fragments), maxLength: 6 }) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("", ";", "-", "--", "-v", "\\", '"', '""', "''", " ", "%", "$") },
);

const hostilePath = hostileText.map((text) => `/${text}`);

/** The values of one case; a service is made from them and, for comparison, from harmless stand-ins. */
export interface Values {
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly probe: readonly string[];
  readonly volume: string;
  readonly tmpfs: string;
  readonly member: string;
}

export const hostileValues: fc.Arbitrary<Values> = fc.record({
  command: fc.array(hostileText, { minLength: 1, maxLength: 5 }),
  environment: fc.array(hostileText, { maxLength: 4 }),
  probe: fc.array(hostileText, { minLength: 1, maxLength: 4 }),
  volume: hostilePath,
  tmpfs: hostilePath,
  member: hostileText,
});

/** The same shape with values that mean nothing to anybody, no two alike. */
export function standInsFor(values: Values): Values {
  return {
    command: values.command.map((_, index) => `standin-c${index}-`),
    environment: values.environment.map((_, index) => `standin-e${index}-`),
    probe: values.probe.map((_, index) => `standin-p${index}-`),
    volume: "/standin-v-",
    tmpfs: "/standin-t-",
    member: "standin-m-",
  };
}

/** Every stand-in with the value that it stands for. */
export function pairsOf(values: Values): ReadonlyMap<string, string> {
  const flat = (all: Values): string[] => [
    ...all.command,
    ...all.environment,
    ...all.probe,
    all.volume,
    all.tmpfs,
    all.member,
  ];
  const meant = flat(values);
  return new Map(flat(standInsFor(values)).map((standIn, index) => [standIn, meant[index] ?? ""]));
}

export function serviceOf(name: string, values: Values): ServiceSpec {
  return {
    name,
    member: values.member,
    image: "registry.example.org/app:1",
    ramBytes: 64 * 1024 * 1024,
    command: values.command,
    ports: { web: { host: 8080, container: 80, protocol: "tcp" } },
    volumes: { data: { path: values.volume } },
    tmpfs: [values.tmpfs],
    environment: Object.fromEntries(values.environment.map((value, index) => [`KEY${index}`, value])),
    secrets: { TOKEN: { value: "unused", as: "environment" } },
    health: {
      probe: { kind: "command", command: values.probe },
      intervalSeconds: 30,
      timeoutSeconds: 5,
      retries: 3,
      startSeconds: 60,
    },
    writableRoot: false,
    capabilities: ["CHOWN"],
    networks: [],
    pidsLimit: 512,
    deleteData: false,
  };
}
