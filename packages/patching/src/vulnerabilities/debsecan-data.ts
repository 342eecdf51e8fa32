import { badData } from "./data-error.js";
import type { Vulnerability } from "./vulnerability.js";

const urgencies = { " ": undefined, L: "low", M: "medium", H: "high" } as const;

/**
 * Reads debsecan's text, already decompressed: `VERSION 1`, then vulnerabilities `NAME,FLAGS,DESCRIPTION`, an empty line, and packages
 * `NAME,PLACE,FLAGS,UNSTABLE,OTHERS`. It is made for one release, whose name is not in it. Throws UserError `bad-vulnerabilities`.
 */
export function parseDebsecanData(text: string): Map<string, Vulnerability[]> {
  const lines = text.split("\n");
  if (lines[0] !== "VERSION 1") throw badData(`it begins with "${lines[0]?.slice(0, 40)}" instead of "VERSION 1"`);
  const middle = lines.indexOf("");
  const end = lines.indexOf("", middle + 1);
  if (middle < 0 || end < 0) throw badData("it ends early");
  const ids = lines.slice(1, middle).map((line) => line.slice(0, line.indexOf(",")));
  const packages = new Map<string, Vulnerability[]>();
  for (const line of lines.slice(middle + 1, end)) {
    const [name = "", place, flags = "", fixedIn, others] = line.split(",");
    const id = ids[Number(place)];
    const urgency = flags.charAt(1);
    if (others === undefined || id === undefined || flags.length !== 4 || !isUrgency(urgency))
      throw badData(`this line is not understood: ${line.slice(0, 80)}`);
    const flaw: Vulnerability = {
      id,
      urgency: urgencies[urgency],
      fixedIn: fixedIn === "" ? undefined : fixedIn,
      alsoFixed: others.split(" ").filter((each) => each !== ""),
      hasFix: flags.charAt(3) === "F",
      ofBinary: flags.charAt(0) === "B",
    };
    const known = packages.get(name);
    if (known === undefined) packages.set(name, [flaw]);
    else known.push(flaw);
  }
  return packages;
}

function isUrgency(letter: string): letter is keyof typeof urgencies {
  return Object.hasOwn(urgencies, letter);
}
