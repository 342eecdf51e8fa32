import { UserError } from "@allmende/model";

/** Where a host is, and who logs in. */
export interface AdoptionPlace {
  readonly user: string;
  readonly address: string;
  readonly port: number;
}

/** `[user@]address[:port]`; IPv6 with a port in brackets. Throws UserError `bad-address`. */
export function parsePlace(text: string): AdoptionPlace {
  const [, user = "root", bracketed, plain = "", port] =
    /^(?:([a-z_][a-z0-9_-]*)@)?(?:\[([0-9a-fA-F:.]+)\]|([^@[\]]*?))(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  // An IPv6 address without brackets: what looked like a port is its last part.
  if (plain.includes(":")) return { user, address: port === undefined ? plain : `${plain}:${port}`, port: 22 };
  const address = bracketed ?? plain;
  if (address !== "") return { user, address, port: Number(port ?? 22) };
  throw new UserError(`"${text}" is not the address of a host`, {
    code: "bad-address",
    concerns: text,
    nextStep: "write it like web1.example.org, hostmaster@web1.example.org or root@203.0.113.7:2222",
  });
}

/** The first label of a DNS name; undefined for an IP address, which is nobody's name. */
export function nameOf({ address }: AdoptionPlace): string | undefined {
  return /[a-z]/i.test(address) && !address.includes(":") ? address.split(".")[0]?.toLowerCase() : undefined;
}
