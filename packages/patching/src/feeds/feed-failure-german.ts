/** What is known to be said of a calendar that cannot be read, and the same in German. */
const words: Readonly<Record<string, string>> = {
  "its certificate has expired": "sein Zertifikat ist abgelaufen",
  "its certificate is not valid yet": "sein Zertifikat gilt noch nicht",
  "its certificate comes from no authority that is trusted here (say which with ca)":
    "sein Zertifikat kommt von keiner Stelle, der hier vertraut wird (mit ca sagen, von welcher)",
  "its certificate is for another name": "sein Zertifikat gilt für einen anderen Namen",
  "nobody knows its name": "niemand kennt seinen Namen",
  "its name cannot be looked up at the moment": "sein Name ist zurzeit nicht aufzulösen",
  "nobody answers there": "dort antwortet niemand",
  "the connection was cut off": "die Verbindung brach ab",
  "its port is blocked for web requests": "sein Port ist für Web-Anfragen gesperrt",
  "it takes too long": "es dauert zu lange",
  "what comes from there is no ICS calendar": "was von dort kommt, ist kein ICS-Kalender",
  "make it readable again": "den Kalender wieder lesbar machen",
};

const known = (text: string) => (Object.hasOwn(words, text) ? words[text] : undefined);

const technical = (text: string) => `Technische Einzelheit (englisch): ${text}`;

/** Why a calendar cannot be read (`FeedProblem.why`), in German; what is not known to be said is marked as English. A window has it as text alone. */
export function germanReason(why: string): string {
  const [, base = why, noCopy, age, maxAge] =
    /^(.*), and (?:(there is no copy of it)|its last copy is (.*) old, more than (.*) \(maxAge\))$/s.exec(why) ?? [];
  const status = /^the server answers (.*)$/.exec(base)?.[1];
  const german = status === undefined ? known(base) : `der Server antwortet ${status}`;
  if (german === undefined) return technical(why);
  if (noCopy !== undefined) return `${german}, und es gibt keine Kopie`;
  return maxAge === undefined
    ? german
    : `${german}, und die letzte Kopie ist älter als ${maxAge} (maxAge): ${(age ?? "").replace("less than a minute", "weniger als eine Minute")}`;
}

/** The message of a `FeedProblem` in German: which calendar, and why. */
export function germanProblem(message: string): string {
  const [, what, why] = /^(.*): the calendar of blackouts cannot be read: (.*)$/s.exec(message) ?? [];
  if (what === undefined || why === undefined) return technical(message);
  return `${what}: Sperrzeiten-Kalender nicht lesbar: ${germanReason(why)}`;
}

/** What to do about a `FeedProblem`, in German. */
export function germanStep(nextStep: string): string {
  const [, step] = /^(.*), or take it out of windows\.yaml\. Until then /s.exec(nextStep) ?? [];
  if (step === undefined) return technical(nextStep);
  const value = /^set it: (.*)$/s.exec(step)?.[1];
  const german = value === undefined ? known(step) : `den Wert setzen: ${value}`;
  const rest =
    "oder den Kalender aus windows.yaml herausnehmen. Bis dahin bleibt das Fenster geschlossen; ein Notfall-Lauf fragt keinen Kalender";
  return german === undefined ? technical(nextStep) : `${german}, ${rest}`;
}
