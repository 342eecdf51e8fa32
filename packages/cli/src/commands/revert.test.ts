import { expect, it } from "vitest";
import { run } from "../request/testing/held-two.js";
import { memberInventory } from "../request/testing/member-inventory.js";
import { siteRequest } from "../request/testing/member-repository.js";

const date = "2099-12-01";
const folder = () => memberInventory({ "requests/one.yaml": siteRequest("anna-one", "port: 8090", { date }) });

it("takes back what is to come on the day on which it would have come, and refuses an earlier one", async () => {
  const directory = folder();
  await expect(run("revert", "one", "-f", directory, "--date", "2099-11-30", "--json")).rejects.toThrow(
    /one counts from 2099-12-01 on: there is nothing to undo on 2099-11-30/,
  );
  const { out, exitCode } = await run("revert", "one", "-f", directory, "--json");
  expect(exitCode ?? 0).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ ok: true, effects: [{ change: "end", date, service: "anna-one" }] });
});

it("ends what is to come on that day unless told otherwise, and says why not before", async () => {
  const directory = folder();
  const words = ["request", "new", "--end", "anna-one", "-f", directory, "--lang", "en", "--json"];
  const early = JSON.parse((await run(...words, "--date", "2099-11-30")).out);
  expect(early.findings).toMatchObject([
    { message: expect.stringMatching(/is there from 2099-12-01 on only, with one/) },
  ]);
  expect(JSON.parse((await run(...words)).out)).toMatchObject({ ok: true, effects: [{ date }] });
});
