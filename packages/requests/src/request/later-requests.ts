import type { Template, TemplateField } from "../template/template.js";
import { compareEffect } from "./dates.js";
import type { MemberRequest, ServiceRequest } from "./request.js";

/** A field that a later request sets, too. */
export interface LaterValue {
  /** Of the template, or `host` or `level`. */
  readonly name: string;
  /** Undefined: it is the host or the level. */
  readonly field: Pick<TemplateField, "label" | "type"> | undefined;
  /** Null: its default. */
  readonly value: unknown;
}

/** An accepted request that takes the place of something that a request sets, from a later day on. */
export interface LaterRequest {
  readonly request: string;
  readonly date: string;
  readonly change: "change" | "end";
  readonly sets: readonly LaterValue[];
}

/** Of accepted requests, those that take the place of what a request sets; until the end of its service, which is the last of them. */
export function laterRequests(
  request: MemberRequest,
  accepted: readonly MemberRequest[],
  template: Template | undefined,
): LaterRequest[] {
  if (request.change !== "create" && request.change !== "change") return [];
  const about = accepted.filter(
    (each): each is ServiceRequest =>
      each.change !== "work" &&
      each.service === request.service &&
      each.member === request.member &&
      compareEffect(request, each) < 0,
  );
  const end = about.findIndex(({ change }) => change !== "change");
  const own = settingsOf(request);
  return about.slice(0, end < 0 ? about.length : end + 1).flatMap((each): LaterRequest[] => {
    const { id, date, change } = each;
    if (change === "end") return [{ request: id, date, change, sets: [] }];
    if (change !== "change") return [];
    // What is new sets everything.
    const sets = Object.entries(settingsOf(each))
      .filter(([name]) => request.change === "create" || Object.hasOwn(own, name))
      .map(([name, { isField, value }]) => ({
        ...{ name, value },
        field: isField ? template?.fields.find((field) => field.name === name) : undefined,
      }));
    return sets.length === 0 ? [] : [{ request: id, date, change, sets }];
  });
}

function settingsOf(request: ServiceRequest): Record<string, { readonly isField: boolean; readonly value: unknown }> {
  if (request.change === "end") return {};
  const { host, level, values } = request;
  const set = (entries: object, isField: boolean) =>
    Object.entries(entries)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, { isField, value }] as const);
  return Object.fromEntries([...set(values, true), ...set({ host, level }, false)]);
}
