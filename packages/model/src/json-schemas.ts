import * as z from "zod";
import { hostsFileSchema, memberFileSchema, serviceFileSchema, windowsFileSchema } from "./inventory-schemas.js";
import { mailFileSchema } from "./mail-input.js";
import { tariffFileSchema } from "./tariff-input.js";
import { workFileSchema } from "./work-input.js";

type SchemaName = "hosts" | "windows" | "mail" | "tariff" | "work" | "member" | "service";

/** JSON Schemas (draft 7, which every YAML editor knows) of hosts.yaml, windows.yaml, mail.yaml, tariff.yaml, work.yaml, members/*.yaml and services/*.yaml. */
export function jsonSchemas(): Record<SchemaName, object> {
  return {
    hosts: jsonSchemaOf(hostsFileSchema),
    windows: jsonSchemaOf(windowsFileSchema),
    mail: jsonSchemaOf(mailFileSchema),
    tariff: jsonSchemaOf(tariffFileSchema),
    work: jsonSchemaOf(workFileSchema),
    member: jsonSchemaOf(memberFileSchema),
    service: jsonSchemaOf(serviceFileSchema),
  };
}

/** The input side: what people write, before defaults and conversions. */
export function jsonSchemaOf(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    io: "input",
    target: "draft-07",
    // zod leaves out examples wherever something is converted, because they could be of the output; ours are of the input.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.["examples"];
      if (Array.isArray(examples)) jsonSchema.examples = examples;
    },
  });
}
