import type { RequestTexts } from "./texts.js";

const list = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));

export const requestTextsEnglish: RequestTexts = {
  language: "en",
  nameTaken: (name, by) => `the name "${name}" is taken by ${by}: choose another one`,
  noSuchService: (name, known) => `there is no service "${name}" that was requested; there are: ${list(known)}`,
  waitsItself: (name, id) => `builds on "${name}", which is not there yet: request ${id}, which makes it, waits itself`,
  notFromRequest: (name) => `"${name}" was not requested but stands in services/${name}.yaml: change that file instead`,
  notYours: (name) => `"${name}" belongs to another member: only its owner changes or ends it`,
  noTemplate: (name, known) =>
    `there is no template "${name}" without a mistake in it; there are: ${list(known)} (\`allmende template check\` says what is wrong with one)`,
  noWorkFile: "requests need work.yaml, which says how they are taken in: ask a hostmaster to write it",
  noMember: (name, known) => `there is no member "${name}" in members/; there are: ${list(known)}`,
  notEntitled: (who, member) =>
    `${who} may not ask for ${member}: use the e-mail address in members/${member}.yaml, or have a hostmaster add this one to "people" in work.yaml`,
  noHost: (name, known) => `there is no host "${name}"; there are: ${list(known)}`,
  noLevel: (known) => `needs a service level, "level": ${list(known)}`,
  unknownLevel: (name, known) => `there is no service level "${name}"; there are: ${list(known)}`,
  noLevels: "the tariff has no service levels: take this line out",
  levelTooHigh: (level, host, offered, others) =>
    `"${level}" is more than ${host} offers (${offered})${others.length === 0 ? ", and no host offers it: choose a lower level" : `: choose a host that does (${others.join(", ")}) or a lower level`}`,
  domainTaken: (domain, by) => `${domain} is taken by ${by}: choose another name, or end that service first`,
  portTaken: (port, host, by) => `port ${port} of ${host} is taken (${by}): choose another one`,
  overQuota: (member, wanted, quota, left) =>
    `${member} would have ${wanted} of RAM, and may have ${quota}: ${left} more at most; ask for less, or for a greater quota`,
  doesNotFit: (host, needed, free, parts) =>
    `does not fit on ${host}: it needs ${needed} more${parts === undefined ? "" : ` (${parts[0]} and ${parts[1]} overhead)`}; ${free} are left.`,
  fits: (host, ram) => `What fits on ${host}: up to ${ram}.`,
  nothingFits: (host) => `Nothing more fits on ${host}.`,
  fitsElsewhere: (hosts) => `It fits as it is on: ${hosts.join(", ")}.`,
  fitsNowhere: "It fits on no other host.",
  dateInPast: (date, asked) => `${date} is before the day on which it was asked (${asked}): choose a later one`,
  needsTargetDate: "a project needs a target date, or a fixed price: targetDate: 2026-12-24",
  needsEstimate: "webmaster on demand needs an estimate first: estimate: 2h",
  noRule:
    "no rule of work.yaml holds for this: say what it is, kind: { is, reason, by }, or have a hostmaster add a rule",
  otherOwner: (members) =>
    `one change has requests of one member, and these are of several: ${list(members)}; make one change for each`,
  foreignFile: (file) =>
    `a member's change has requests and nothing else: take ${file} out, or ask a hostmaster to make this change`,
  changedLater: (file) => `${file} was accepted before and stays as it is: ask for a change with a new request`,
  symbolicLink: (file) => `${file} leads elsewhere (a symbolic link or submodule): write a file`,
  notUtf8: (file) => `${file} is not text in UTF-8: save it as UTF-8`,
  ignoredByGit:
    "is in no commit, since git ignores it, and not in this folder either: take it out of .gitignore and commit it (host keys are public), or put it into the folder in which this runs",
  hostsFromFolder: "hosts.yaml is in no commit, since git ignores it: the one in this folder counted",
  conflict: "cannot be merged as it is: bring the branch up to date first",
  secretMissing: (name) => `its value must be put into the configuration: pulumi config set --secret ${name}`,
  title: "What this request does",
  changes: { create: "new", change: "change", end: "end", work: "work" },
  kinds: {
    "service-request": "service request",
    incident: "incident",
    maintenance: "maintenance (outside the managed service)",
    "routine-operations": "routine operations",
    project: "project",
    "webmaster-on-demand": "webmaster on demand",
  },
  columns: { service: "Service", host: "Host", before: "RAM before", after: "RAM after" },
  none: "–",
  perMonth: "per month",
  memberPays: "All services of the member",
  once: "once",
  surcharge: "last-minute surcharge",
  capacity: "Capacity",
  capacityLine: (host, sold, limit, left) => `${host}: ${sold} of ${limit} sold after this, ${left} left`,
  capacityUnknown: "its RAM is not declared: whether it fits shows at the preview",
  level: "Service level",
  price: "Price",
  start: "Start",
  data: "Data",
  dataStay: (volumes, host) =>
    `${volumes.join(", ")} ${volumes.length === 1 ? "stays" : "stay"} on ${host} until a hostmaster deletes ${volumes.length === 1 ? "it" : "them"}; ask for that if nobody needs ${volumes.length === 1 ? "it" : "them"} any more`,
  note: "Note",
  values: "Filled in",
  defaults: "Defaults, kept as they are",
  openDefaults: "Defaults, not in the request",
  olderImage: (image, preset) => `${image} is older than what the template has by now: ${preset}`,
  kindOfWork: "Kind of work",
  because: (reason) => `because: ${reason}`,
  overridden: (by, reason) => `decided otherwise by ${by}: ${reason}`,
  effective: (date) => `in effect from ${date} on`,
  atOnce: "in effect as soon as it is accepted",
  earliest: (date) => `without surcharge from ${date} on`,
  secretsTitle: "Secrets",
  generated: (name) => `${name}: is made once, at random`,
  toldByMail: "comes with the mail that says it is applied, encrypted to the member's age key",
  toldByHostmasters: "the hostmasters hand it over",
  toldWithoutKey: (member) =>
    `the hostmasters hand it over; with an ageRecipient in members/${member}.yaml before the request is applied, it comes by mail, encrypted`,
  given: (name) => `${name}: the member gives its value to a hostmaster, never in this file`,
  ok: "Nothing is wrong with it.",
  notOk: "This cannot be accepted yet:",
  approvalsNeeded: (count) =>
    count === 1
      ? "It is applied once another person has approved it."
      : `It is applied once ${count} others have approved it.`,
  nothing: "There is no request to look at.",
};
