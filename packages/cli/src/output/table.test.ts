import { expect, test } from "vitest";
import type { ServiceRow } from "../live/status.js";
import { renderAnswerTable, renderRamCell, renderStatusTable } from "./status-table.js";
import { stylesFor } from "./style.js";
import { renderTable, renderUptime } from "./table.js";

const style = stylesFor(false);
const mib = 1024 * 1024;
const row: ServiceRow = {
  member: "anna",
  memberNumber: 1042,
  service: "anna-blog",
  host: "web1",
  image: "r.example.org/a:1",
  state: "running",
  ok: true,
  ramUsedBytes: 12.4 * mib,
  ramBytes: 64 * mib,
  ramLimitBytes: 64 * mib,
  restarts: 0,
  oomKills: 2,
  health: "healthy",
  uptimeSeconds: 3700,
  url: "http://127.0.0.1:8080/",
};

test("columns line up, without frame or trailing blanks", () => {
  expect(
    renderTable(
      ["A", "COUNT"],
      [
        ["long name", "7"],
        ["b", "12"],
      ],
      { style, right: ["COUNT"] },
    ),
  ).toBe("A          COUNT\nlong name      7\nb             12\n");
});

test("uptime has two units", () => {
  const seconds = [0.4, 59, 60, 3700, 90_061, 400 * 86_400];
  expect(seconds.map(renderUptime)).toEqual(["0s", "59s", "1m", "1h 1m", "1d 1h", "400d"]);
});

test("RAM is used of allocated; a live limit that is not the declared one is said", () => {
  expect(renderRamCell(row)).toBe("12/64 MiB");
  expect(renderRamCell({ ...row, ramUsedBytes: undefined })).toBe("-/64 MiB");
  expect(renderRamCell({ ...row, ramLimitBytes: 96 * mib })).toBe("12/64 MiB (limit is 96MiB)");
});

test("status and demo show one line per service", () => {
  expect(renderStatusTable([row], style).split("\n")[1]).toMatch(
    /^anna +anna-blog +web1 +12\/64 MiB +running +0 +2 +1h 1m +http:\/\/127\.0\.0\.1:8080\/$/,
  );
  const answer = { ok: true, text: "200 Anna's blog", durationMs: 5 };
  expect(renderAnswerTable([{ ...row, answer }], style).split("\n")[1]).toMatch(/200 Anna's blog$/);
});
