import { UserError } from "@allmende/model";

/** What may stand in a field of a plan; the script checks the same again, per kind of line. */
const allowedField = /^[A-Za-z0-9@._/:+,=-]+$/;

/** Joins fields to a line. Throws `unsafe-plan-field` when one could be taken for something else. */
export function checkLine(fields: readonly (string | number)[]): string {
  for (const field of fields) {
    if (!allowedField.test(String(field)) || String(field).includes("/../")) {
      throw new UserError(`"${String(field)}" cannot stand in a plan: letters, digits and @._/:+,=- are allowed.`, {
        code: "unsafe-plan-field",
        concerns: String(fields[1]),
      });
    }
  }
  return fields.join("\t");
}
