import * as z from "zod";
import { checkedText, closedObject, wholeNumber } from "./schema-tools.js";

const word = (what: string) =>
  checkedText((text) => (/^[a-z0-9][a-z0-9.-]{0,62}$/.test(text) ? undefined : `must be ${what}`));
const volumeSize = "must be a whole number of GB from 10 to 10240";

/** What a server of Hetzner Cloud is to be, instead of an address: it does not exist before `up`. */
export const hetznerSchema = closedObject({
  serverType: word("the name of a server type, such as cx33").meta({
    title: "Server type",
    description: "Name of the server type. A change resizes the server in place: it is off for a minute",
    examples: ["cx33"],
  }),
  location: word("the name of a location, such as fsn1").meta({
    title: "Location",
    description: "Name of the location. It cannot change: a server does not move",
    examples: ["fsn1"],
  }),
  volumeGB: wholeNumber(10, 10_240, volumeSize)
    .optional()
    .meta({
      title: "Volume",
      description: "Size of a volume for members' data, in GB; without it their data is on the server's own disk",
      examples: [50],
    }),
  backups: z.boolean().optional().meta({
    title: "Backups",
    description: "Hetzner's backups of the server's disk (not of the volume)",
    default: false,
  }),
  protect: z.boolean().optional().meta({
    title: "Protect",
    description: "Refuse whatever would delete or replace the server",
    default: true,
  }),
}).meta({
  title: "Hetzner",
  description: "A server of Hetzner Cloud to be made, instead of the address of one that is there",
});

export type HetznerInput = z.input<typeof hetznerSchema>;

const broughtAlong = ["address", "port", "user", "hostKey", "hostKeys", "bastion"];

/** What stands beside `hetzner`, and has no place there: the server brings it along. */
export function besideHetzner(
  input: Readonly<Record<string, unknown>>,
): { readonly key: string; readonly message: string }[] {
  return broughtAlong
    .filter((key) => input[key] !== undefined)
    .map((key) => ({ key, message: "stands beside hetzner: the new server brings it along, so leave it out" }));
}
