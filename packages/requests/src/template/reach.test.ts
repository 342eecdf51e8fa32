import { expect, it } from "vitest";
import { checkReach, renderReach } from "./reach.js";
import type { TemplateField } from "./template.js";

const texts = { de: "", en: "" };
const field = (name: string, type: string, more: object = {}) =>
  ({ name, type, label: texts, help: texts, required: true, advanced: false, ...more }) as unknown as TemplateField;
const fields = [field("port", "port"), field("note", "text"), field("domain", "domain", { required: false })];
const reach = { de: "Unter http://{host}:{port}/", en: "At http://{host}:{port}/" };

it("puts the host's address, the service's name and values of fields into the text", () => {
  const reached = { service: "anna-blog", address: "web1.test", values: { port: 8090 } };
  expect(renderReach({ reach, fields }, reached, "de")).toBe("Unter http://web1.test:8090/");
  expect(renderReach({ reach, fields }, { ...reached, address: "2001:db8::1" }, "en")).toBe(
    "At http://[2001:db8::1]:8090/",
  );
  expect(renderReach({ fields }, reached, "en")).toBeUndefined();
});

it.each([
  ["{prot}", /"\{prot\}" is no place for a value \(did you mean "port"\?\)/],
  ["{note}", /"note" is a field of type text/],
  ["{domain}", /"domain" may stay empty/],
])("refuses %s in it, with the language in which it stands", (text, message) => {
  const findings = checkReach({ de: `Siehe ${text}`, en: "See {service} on {host}:{port}" }, fields);
  expect(findings).toEqual([{ path: ["reach", "de"], message: expect.stringMatching(message) }]);
});
