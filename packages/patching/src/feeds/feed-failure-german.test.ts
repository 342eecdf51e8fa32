import { expect, test } from "vitest";
import { germanProblem, germanReason, germanStep } from "./feed-failure-german.js";

test.each([
  [
    "the server answers 503 Service Unavailable, and there is no copy of it",
    "der Server antwortet 503 Service Unavailable, und es gibt keine Kopie",
  ],
  [
    "nobody knows its name, and its last copy is 3h old, more than 2h (maxAge)",
    "niemand kennt seinen Namen, und die letzte Kopie ist älter als 2h (maxAge): 3h",
  ],
  ["it takes too long", "es dauert zu lange"],
  ["toString, and there is no copy of it", "Technische Einzelheit (englisch): toString, and there is no copy of it"],
])("%s", (why, german) => expect(germanReason(why)).toBe(german));

test("which calendar and what to do are German as well, with what has to be typed", () => {
  const field = "windows.yaml: nightly.blackouts[0].url (config:holidays)";
  expect(germanProblem(`${field}: the calendar of blackouts cannot be read: nobody answers there`)).toBe(
    `${field}: Sperrzeiten-Kalender nicht lesbar: dort antwortet niemand`,
  );
  const rest = ", or take it out of windows.yaml. Until then nobody knows";
  expect(germanStep(`make it readable again${rest}`)).toMatch(/^den Kalender wieder lesbar machen, oder /);
  expect(germanStep(`set it: pulumi config set x${rest}`)).toMatch(/^den Wert setzen: pulumi config set x, oder /);
  expect(germanStep("look")).toBe("Technische Einzelheit (englisch): look");
});
