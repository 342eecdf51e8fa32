import { readServiceLogs } from "@allmende/host";
import { type MemberSpec, type ServiceSpec, UserError } from "@allmende/model";
import type { Context } from "../context.js";
import { readDeployment } from "../stack/deployment.js";
import type { StackFolder } from "../stack/folder.js";
import { onHosts } from "./connect.js";
import { type DeployedHost, deployedHosts } from "./deployed.js";

interface Found {
  readonly deployed: DeployedHost;
  readonly service: ServiceSpec;
  readonly member: MemberSpec;
}

/** Prints a service's log; rejects when the service or its host is unknown. */
export async function showLogs(
  context: Context,
  folder: StackFolder,
  name: string,
  options: { lines: number; follow?: boolean | undefined; host?: string | undefined },
): Promise<void> {
  const { deployed, service, member } = findService(deployedHosts(await readDeployment(folder)), name, options.host);
  const [result] = await onHosts(context, [deployed], async (ssh) => {
    const reading = readServiceLogs(ssh, member, service.name, {
      lines: options.lines,
      follow: options.follow ?? false,
      signal: context.signal,
      onLine: (line) => context.terminal.out(`${line}\n`),
    });
    await reading.catch((error: unknown) => {
      // Ctrl-C is how following is meant to end.
      if (!options.follow || !context.signal.aborted) throw error;
    });
  });
  if (result && "error" in result) throw result.error;
}

/** The one service that `name` (`anna-blog` or `anna/anna-blog`) means. */
export function findService(hosts: readonly DeployedHost[], name: string, hostName: string | undefined): Found {
  const all = hosts.flatMap((deployed) =>
    deployed.services.flatMap((service): Found[] => {
      const member = deployed.members.find((each) => each.name === service.member);
      return member ? [{ deployed, service, member }] : [];
    }),
  );
  const found = all.filter(
    ({ deployed, service }) =>
      [service.name, `${service.member}/${service.name}`].includes(name) &&
      (hostName === undefined || deployed.host.name === hostName),
  );
  if (found.length > 1) {
    const places = found.map(({ deployed, service }) => `${service.member}/${service.name} on ${deployed.host.name}`);
    throw new UserError(`several services are called ${name}: ${places.join(", ")}`, {
      code: "service-ambiguous",
      concerns: name,
      nextStep: "say which: MEMBER/SERVICE, and --host",
    });
  }
  if (found[0] === undefined) {
    throw new UserError(`there is no service ${name}`, {
      code: "unknown-service",
      concerns: name,
      nextStep: `name one of: ${all.map(({ service }) => service.name).join(", ")}`,
    });
  }
  return found[0];
}
