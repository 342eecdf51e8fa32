import type { Finding } from "@allmende/model";
import type { CatalogueFile } from "./catalogue.js";
import type { Template } from "./template.js";

const headings = ["## Deutsch", "## English"];

/** What is wrong with a template's folder besides `template.yaml` itself. `files`: those of the folder, as the catalogue names them. */
export function checkTemplate(template: Template, files: readonly CatalogueFile[]): Finding[] {
  const readme = `${template.name}/README.md`;
  const text = files.find(({ path }) => path === readme)?.text;
  const lines = text?.split("\n").map((line) => line.trimEnd());
  const missing =
    lines === undefined
      ? [at(readme, `is missing: members read there, under ${headings.join(" and ")}, what they get`)]
      : headings
          .filter((heading) => !lines.includes(heading))
          .map((heading) => at(readme, `has no section "${heading}": members read it in both languages`));
  const overlooked = files
    .filter(({ path }) => /\.ya?ml$/.test(path) && path !== `${template.name}/template.yaml`)
    .map(({ path }) => at(path, 'would be overlooked: only "template.yaml" is read'));
  return [...missing, ...overlooked];
}

function at(file: string, message: string): Finding {
  return { path: [], message, file, line: 1, column: 1 };
}
