import type { Lab } from "@allmende/lab";
import {
  compileNetwork,
  compileService,
  containerOptions,
  installOptions,
  networkOptions,
  type OptionTable,
  parsePodmanVersion,
  renderSection,
  serviceOptions,
  UnsafeValueError,
  unitOptions,
  volumeOptions,
} from "@allmende/quadlet";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { type GeneratorHost, generate, mustRun, putFiles, valuesOf } from "./generator.js";
import { hostileValues, pairsOf, serviceOf, standInsFor, type Values } from "./hostile.js";
import { parseCommandLine } from "./systemd-command.js";

const podman = parsePodmanVersion("5.4.2");
const context = { podman, secretsDirectory: "/etc/allmende/secrets/x", memberNumber: 1 };
const environment = { ALLMENDE_EMPTY: "" };

let lab: Lab;
let host: GeneratorHost;

beforeAll(async () => {
  lab = await testLab();
  host = { run: (argv, options) => lab.run("web1", argv, options) };
});

beforeEach(() => keepEvidence(lab));

interface Case {
  readonly name: string;
  readonly values: Values;
  /** Unit files by name; undefined: refused. */
  readonly files: ReadonlyMap<string, string> | undefined;
}

function compile(name: string, values: Values): ReadonlyMap<string, string> | undefined {
  try {
    return new Map(compileService(serviceOf(name, values), context).map((file) => [file.name, file.text]));
  } catch (error) {
    if (error instanceof UnsafeValueError) return undefined;
    throw error;
  }
}

/**
 * Replaces one hostile value by its stand-in until the rest compiles: most cases would otherwise be refused for a NUL somewhere.
 * Each field is tried alone, so that a value that can be carried is carried.
 */
function tame(values: Values): Values {
  const harmless = standInsFor(values);
  const keepSafe = <Key extends keyof Values>(key: Key): Values[Key] =>
    compile("x", { ...harmless, [key]: values[key] }) === undefined ? harmless[key] : values[key];
  return {
    command: values.command.filter((word) => compile("x", { ...harmless, command: [word] }) !== undefined),
    environment: values.environment.filter(
      (value) => compile("x", { ...harmless, environment: [value] }) !== undefined,
    ),
    probe: keepSafe("probe"),
    volume: keepSafe("volume"),
    tmpfs: keepSafe("tmpfs"),
    member: keepSafe("member"),
  };
}

/** Other values in every run; `ALLMENDE_SEED` repeats a run whose seed was printed. */
const seed = Number(process.env["ALLMENDE_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

function cases(count: number): Case[] {
  onTestFailed(() => console.error(`the values were those of ALLMENDE_SEED=${seed}`));
  return fc.sample(hostileValues, { numRuns: count, seed }).map((sampled, index) => {
    const values = tame(sampled);
    const name = `case-${index}`;
    return { name, values, files: compile(name, values) };
  });
}

/** The command of a generated service; health commands as arrays, so that values inside JSON compare as values. */
function argvOf(unit: string | undefined): unknown[] {
  const lines = valuesOf(unit ?? "", "Service", "ExecStart");
  expect(lines).toHaveLength(1);
  const argv = sortUnordered(parseCommandLine(lines[0] ?? "", environment));
  return argv.map((word, index) => (/^--health-(startup-)?cmd$/.test(argv[index - 1] ?? "") ? JSON.parse(word) : word));
}

/** The generator writes some options, each with its value, in another order every time: sorted by option here. */
function sortUnordered(argv: readonly string[]): string[] {
  const [begin, end] = [argv.indexOf("--cgroups=split") + 1, argv.indexOf("--read-only-tmpfs")];
  const options = Array.from({ length: (end - begin) / 2 }, (_, index) => argv.slice(begin + 2 * index).slice(0, 2));
  options.sort(([left = ""], [right = ""]) => left.localeCompare(right));
  return [...argv.slice(0, begin), ...options.flat(), ...argv.slice(end)];
}

/** Puts the meant values where the stand-ins are, at any depth. */
function substitute(argv: unknown, pairs: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(argv)) return argv.map((word) => substitute(word, pairs));
  let text = String(argv);
  for (const [standIn, meant] of pairs) text = text.split(standIn).join(meant);
  return text;
}

describe("hostile values through Podman's generator", () => {
  test("arrive unchanged, and nothing else changes", async () => {
    const all = cases(250);
    const carried = all.filter((each) => each.files !== undefined);
    expect(carried.length).toBeGreaterThan(200);
    const real = await generate(host, new Map(carried.flatMap(({ files }) => [...(files ?? [])])));
    expect(real.complaints).toEqual([]);
    const standIns = carried.flatMap(({ name, values }) => [...(compile(name, standInsFor(values)) ?? [])]);
    const harmless = await generate(host, new Map(standIns));
    expect(harmless.complaints).toEqual([]);

    for (const { name, values } of carried) {
      const [unit, twin] = [real.units.get(`${name}.service`), harmless.units.get(`${name}.service`)];
      expect(argvOf(unit), JSON.stringify(values)).toEqual(substitute(argvOf(twin), pairsOf(values)));
      // No value made a line, a key or a section of its own.
      expect(shapeOf(unit), JSON.stringify(values)).toEqual(shapeOf(twin));
      expect(valuesOf(unit ?? "", "Unit", "Description")[0]?.replaceAll("%%", "%")).toBe(`${name} of ${values.member}`);
    }
  });

  test("mean the same to systemd itself", async () => {
    const carried = cases(60).filter((each) => each.files !== undefined);
    const real = await generate(host, new Map(carried.flatMap(({ files }) => [...(files ?? [])])));
    const expected = carried.map(({ name }) => {
      const line = valuesOf(real.units.get(`${name}.service`) ?? "", "Service", "ExecStart")[0] ?? "";
      // The generator's own file name holds the only specifiers that are meant.
      const cidFile = "--cidfile=/run/allmende-round-trip.cid";
      const argv = parseCommandLine(line, environment).slice(1);
      return { line, argv: argv.map((word) => (word.startsWith("--cidfile=<specifier t>") ? cidFile : word)) };
    });
    // systemd runs printf with each command's arguments, which writes what it got, NUL-separated.
    const unit = [
      "[Service]",
      "Type=oneshot",
      "Environment=ALLMENDE_EMPTY=",
      "StandardOutput=append:/run/allmende-round-trip.out",
      ...expected.map(({ line }) => `ExecStart=/usr/bin/printf "%%s\\\\0" @case ${line.replace(/^\S+ /, "")}`),
      "",
    ].join("\n");
    const directory = await putFiles(host, new Map([["allmende-round-trip.service", unit]]));
    const path = "/run/systemd/system/allmende-round-trip.service";
    await mustRun(host, ["install", "-D", "-m", "644", `${directory}/allmende-round-trip.service`, path]);
    try {
      await mustRun(host, ["systemctl", "daemon-reload"]);
      await mustRun(host, ["systemctl", "start", "allmende-round-trip.service"]);
      const output = await mustRun(host, ["cat", "/run/allmende-round-trip.out"]);
      const received = output
        .split("@case\0")
        .slice(1)
        .map((part) => part.split("\0").slice(0, -1));
      expect(received).toEqual(expected.map(({ argv }) => argv));
    } finally {
      await mustRun(host, ["rm", "-rf", path, directory, "/run/allmende-round-trip.out"]);
      await mustRun(host, ["systemctl", "daemon-reload"]);
    }
  });
});

/** Sections and keys of a unit, in order, but for the one line that empty arguments add. */
function shapeOf(unit: string | undefined): string[] {
  const lines = (unit ?? "").split("\n").filter((line) => line !== 'Environment="ALLMENDE_EMPTY="');
  return lines.map((line) => (line.startsWith("[") ? line : (line.split("=")[0] ?? "")));
}

test("a network and a service in it", async () => {
  const service = {
    ...serviceOf(
      "shop",
      standInsFor({ command: ["a"], environment: [], probe: ["a"], volume: "", tmpfs: "", member: "" }),
    ),
    networks: ["market"],
  };
  const files = [...compileService(service, context), compileNetwork("market", context)];
  const { units, complaints } = await generate(host, new Map(files.map((file) => [file.name, file.text])));
  expect(complaints).toEqual([]);
  expect([...units.keys()].sort()).toEqual(["market-network.service", "shop-data-volume.service", "shop.service"]);
  expect(valuesOf(units.get("shop.service") ?? "", "Unit", "Requires")).toContain("market-network.service");
});

test("every row of the tables is known to this Podman's generator", async () => {
  const values = (table: OptionTable): Record<string, unknown> =>
    Object.fromEntries(Object.entries(table).map(([property, row]) => [property, row.example]));
  const container = [
    renderSection("Unit", unitOptions, values(unitOptions), podman),
    renderSection("Container", containerOptions, values(containerOptions), podman),
    renderSection("Service", serviceOptions, values(serviceOptions), podman),
    renderSection("Install", installOptions, values(installOptions), podman),
  ].join("\n");
  const { units, complaints } = await generate(
    host,
    new Map([
      ["all.container", container],
      ["anna-blog-data.volume", renderSection("Volume", volumeOptions, values(volumeOptions), podman)],
      ["shop.network", renderSection("Network", networkOptions, values(networkOptions), podman)],
    ]),
  );
  expect(complaints).toEqual([]);
  expect([...units.keys()].sort()).toEqual(["all.service", "anna-blog-data-volume.service", "shop-network.service"]);
});
