import type { Finding } from "@allmende/model";
import { olderImages, type RequestedInventory, type Template } from "@allmende/requests";

/** Images of accepted requests that are older than what their templates have by now: no mistakes, since nothing changes by itself. */
export function noteOlderImages(
  { applications }: Pick<RequestedInventory, "applications">,
  templates: readonly Template[],
): Finding[] {
  return [...applications.values()].flatMap(({ service, template: name, values, requests }) => {
    const template = templates.find((each) => each.name === name);
    if (template === undefined) return [];
    return olderImages(template, values).map(({ field, image, preset }) => {
      const says = requests.findLast((each) => each.change !== "end" && Object.hasOwn(each.values, field.name));
      const command = `allmende request new --change ${service} --set ${field.name}=${preset}`;
      const message = `${image} is older than the default of ${name} by now; \`${command}\` asks for that`;
      return (says ?? requests[0]).locate(["values", field.name], message);
    });
  });
}
