import ts from "typescript";

/** One module that a source file names, however it does so. */
export interface Import {
  readonly specifier: string;
  /** Starts at 1. */
  readonly line: number;
}

/** What a package may import. */
export interface ImportRule {
  /** Names of packages of this workspace, without their scope. */
  readonly workspace: readonly string[];
  /** Modules of other people, by the start of their specifier: `zod`, `@pulumi/pulumi/proto/`. */
  readonly external: readonly string[];
  readonly node: boolean;
  /** Also what those packages export for tests: `@allmende/ssh/testing`. */
  readonly testing?: boolean;
}

/** A package.json, as far as it matters here. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const scope = "@allmende/";

/** All modules that a file names: imports, re-exports, `import()`, `require()`, types by `import("…")`. */
export function parseImports(path: string, text: string): Import[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (node === undefined || !ts.isStringLiteralLike(node)) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    found.push({ specifier: node.text, line: line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isCallExpression(node) && isLoading(node.expression)) add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Which imports of a package's file go against its rule, as sentences with file and line. `path` is relative to the package. */
export function checkFile(packageName: string, rule: ImportRule, path: string, text: string): string[] {
  return parseImports(path, text).flatMap(({ specifier, line }) => {
    const reason = refusal(packageName, rule, path, specifier);
    return reason === undefined ? [] : [`packages/${packageName}/${path}:${line}: ${reason}`];
  });
}

/** Which dependencies of a package go against its rule. Development dependencies are free: they reach nobody else. */
export function checkManifest(packageName: string, rule: ImportRule, manifest: Manifest): string[] {
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).flatMap((name) => {
    // A rule that allows a part of a package only (`@pulumi/pulumi/proto/`) needs the package itself.
    const partly = rule.external.some((allowed) => allowed.startsWith(`${name}/`));
    if (partly || refusal(packageName, rule, "package.json", name) === undefined) return [];
    return [`packages/${packageName}/package.json: ${packageName} may not depend on ${name}`];
  });
}

function isLoading(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require");
}

function refusal(packageName: string, rule: ImportRule, path: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) {
    const inside = !new URL(specifier, `file:///root/package/${path}`).href.startsWith("file:///root/package/");
    return inside ? `${specifier} leaves the package: import it by its name` : undefined;
  }
  if (specifier.startsWith("node:"))
    return rule.node ? undefined : `${packageName} is pure and may not use ${specifier}`;
  if (specifier.startsWith(scope)) {
    const [name = "", ...deeper] = specifier.slice(scope.length).split("/");
    const isForTests = rule.testing === true && deeper.join("/") === "testing";
    if (deeper.length > 0 && !isForTests) return `${specifier} reaches into ${name}: import what it exports`;
    return rule.workspace.includes(name) ? undefined : `${packageName} may not import ${specifier}`;
  }
  const allowed = rule.external.some((start) =>
    start.endsWith("/") ? specifier.startsWith(start) : specifier === start || specifier.startsWith(`${start}/`),
  );
  return allowed ? undefined : `${packageName} may not import ${specifier}`;
}
