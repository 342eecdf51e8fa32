import type { TestStack } from "../lab/support/test-stack.js";

/** What a benchmark runs against: `services` services, dealt out to `members` members in turn. */
export interface FleetSize {
  readonly members: number;
  readonly services: number;
}

/** Writes an inventory of small services without health checks, so that the host's idle load stays out of the figures. */
export function writeFleet(stack: TestStack, host: string, image: string, size: FleetSize): void {
  for (let index = 0; index < size.members; index += 1) stack.member(memberName(index), { number: 3000 + index });
  for (let index = 0; index < size.services; index += 1) {
    stack.service(`site-${index + 1}`, {
      member: memberName(index % size.members),
      host,
      image,
      ram: "16MiB",
      ports: { web: `${10_000 + index}:8080` },
      pidsLimit: 64,
      deleteData: true,
    });
  }
}

function memberName(index: number): string {
  return `bench${index + 1}`;
}
