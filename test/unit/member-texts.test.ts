import { describe, expect, it } from "vitest";
import { dialogueTexts } from "../../packages/cli/src/request/dialogue-texts.js";
import { templateWords } from "../../packages/cli/src/template/render-template.js";
import { plannedTexts } from "../../packages/requests/src/calendar/texts.js";
import { requestTexts } from "../../packages/requests/src/request/texts.js";
import { messages } from "../../packages/requests/src/template/messages.js";

/** Everything that members read and that has keys. */
const tables: Readonly<Record<string, Readonly<Record<"de" | "en", object>>>> = {
  dialogueTexts,
  messages,
  plannedTexts,
  requestTexts,
  templateWords,
};

/** What is the same in both languages. */
const international = new Set(["–", "Port", "Host", "Image", "Text", "RAM", "Git-URL", "Domain"]);

/** Marks that stand for what a text is told: lists and texts alike. */
const marks = ["‹1›", "‹2›", "‹3›", "‹4›"].map((mark) => [mark]);

/** Texts by their key, functions called. */
function textsOf(value: unknown, path: string): ReadonlyMap<string, string> {
  if (typeof value === "string") return new Map([[path, value]]);
  // What wants more than texts and lists has a test of its own.
  if (typeof value === "function")
    return new Map([[path, attempt(() => String(value(...marks.slice(0, value.length))))]]);
  return new Map(Object.entries(value as object).flatMap(([key, each]) => [...textsOf(each, `${path}.${key}`)]));
}

function attempt(say: () => string): string {
  try {
    return say();
  } catch {
    return "‹not said here›";
  }
}

const marksIn = (text = "") => [...new Set(text.match(/‹\d›/g))].sort();

describe.each(Object.entries(tables))("of %s, everything that members read", (_, { de, en }) => {
  const german = textsOf(de, "");
  const english = textsOf(en, "");

  it("is there in both languages", () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    expect(english.size).toBeGreaterThan(5);
    for (const texts of [german, english]) for (const [key, text] of texts) expect(text.trim(), key).not.toBe("");
  });

  it("is another text in each", () => {
    const same = [...english].filter(([key, text]) => {
      const words = text.replaceAll(/‹[^›]*›|--set \S+|[^\p{L}]/gu, "");
      return !key.endsWith(".language") && words !== "" && german.get(key) === text && !international.has(text);
    });
    expect(same).toEqual([]);
  });

  it("has all that it is told in both", () => {
    const marked = (texts: ReadonlyMap<string, string>) => [...texts].map(([key, text]) => [key, marksIn(text)]).sort();
    expect(marked(german)).toEqual(marked(english));
  });
});
