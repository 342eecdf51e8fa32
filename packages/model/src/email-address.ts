import * as z from "zod";
import { checkedText } from "./schema-tools.js";

/** What is wrong with an e-mail address; undefined: nothing. Only the address itself, without a name or angle brackets. */
export function emailProblem(address: string): string | undefined {
  if (/[<>]/.test(address)) return "must be the address alone, without a name: anna@example.org";
  return z.email().safeParse(address).success && address.length <= 254
    ? undefined
    : "must be one e-mail address, such as anna@example.org";
}

export const emailAddress = checkedText(emailProblem).meta({ format: "email" });
