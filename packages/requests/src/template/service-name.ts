import { serviceNameProblem as generalProblem, type Language, labelPattern, longestServiceName } from "@allmende/model";
import { messages } from "./messages.js";
import type { Template } from "./template.js";

/** Of a network that a template's services share, which has the name of the request. */
const longestNetworkName = 30;

/** Names of a template's services, by their key. */
export function serviceNames(name: string): (key: string) => string {
  return (key) => (key === "main" ? name : `${name}-${key}`);
}

/** Why a template's services cannot have this name. */
export function serviceNameProblem(template: Template, name: string, language: Language): string | undefined {
  const words = messages[language];
  const keys = Object.keys(template.services);
  const suffixes = keys.map((key) => (key === "main" ? 0 : key.length + 1));
  const longest = Math.min(longestServiceName - Math.max(...suffixes), keys.length > 1 ? longestNetworkName : Infinity);
  if (name.length > longest) return words.nameTooLong(longest);
  if (!new RegExp(labelPattern).test(name) || name.includes("\n")) return words.name;
  return generalProblem(name) === undefined ? undefined : words.nameReserved;
}

/** As `serviceNameProblem`; also why it cannot beside services that are there. */
export function checkServiceName(
  template: Template,
  name: string,
  services: readonly { readonly name: string }[],
  language: Language,
): string | undefined {
  const nameOf = serviceNames(name);
  const wanted = new Set(Object.keys(template.services).map(nameOf));
  const isTaken = services.some((service) => wanted.has(service.name));
  return serviceNameProblem(template, name, language) ?? (isTaken ? messages[language].nameTaken : undefined);
}
