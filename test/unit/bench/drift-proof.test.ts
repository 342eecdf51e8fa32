import { expect, test } from "vitest";
import { parseAnsible } from "../../bench/ansible.js";
import { checkReport, nothingBroken } from "../../bench/drift-proof.js";
import { targetMet } from "../../bench/measure.js";
import { parsePyinfra } from "../../bench/pyinfra.js";
import { renderTable } from "../../bench/report.js";

test("a contestant must name all that was broken, and nothing that was not", () => {
  const breakage = { broken: ["/etc/a", "a.service"], consequences: ["limit of a.service"] };
  expect(checkReport(["a.service", "/etc/a"], breakage)).toBeUndefined();
  expect(checkReport(["a.service", "/etc/a", "limit of a.service"], breakage)).toBeUndefined();
  expect(checkReport(["/etc/a"], breakage)).toBe("did not see: a.service");
  expect(checkReport(["/etc/a", "a.service", "/etc/b"], breakage)).toBe("reported what is as declared: /etc/b");
  expect(checkReport([], nothingBroken)).toBeUndefined();
});

test("Ansible's lines name what changed or failed", () => {
  const output = `TASK [files] ***
changed: [127.0.0.1] => (item=/etc/a)
TASK [limits] ***
failed: [127.0.0.1] (item=limit of a.service) => {"changed": false}
127.0.0.1 : ok=2 changed=1`;
  expect(parseAnsible(output)).toEqual(["/etc/a", "limit of a.service"]);
});

test("pyinfra's plan names the operations that would change something", () => {
  const plan = [
    { names: ["/etc/a"], hosts_with_change: ["127.0.0.1"] },
    { names: ["/etc/b"], hosts_with_change: [] },
  ];
  expect(parsePyinfra(`--> Loading\n${JSON.stringify({ plan, results: null })}\n`)).toEqual(["/etc/a"]);
});

test("what could not be measured counts as neither met nor missed", () => {
  const target = { operator: ">=", value: 100 } as const;
  const figure = { name: "a peer / drift", unit: "times", target } as const;
  expect([[], [99], [100]].map((values) => targetMet({ ...figure, values }))).toEqual(["not measured", "no", "yes"]);
  expect(renderTable([{ ...figure, values: [] }])).toContain("no figure");
});
