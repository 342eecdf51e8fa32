import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Forge } from "./workflow-files.js";

export interface Comment {
  readonly id: number;
  body: string;
  readonly by: string;
}

/** What a forge's API keeps of changes, as far as the workflows use it. Answers 403 to whoever has no or another token. */
export interface ForgeServer {
  readonly url: string;
  readonly token: string;
  readonly comments: Comment[];
  /** `success` or `failed`, by commit. */
  readonly statuses: Map<string, string>;
  /** GitLab's merge request. */
  change: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

const names: Readonly<Record<Forge, string>> = {
  github: "github-actions[bot]",
  forgejo: "forgejo-actions",
  gitlab: "project_1_bot",
};

export async function startForge(forge: Forge): Promise<ForgeServer> {
  const state = { comments: [] as Comment[], statuses: new Map<string, string>(), change: {}, token: "forge-t0ken" };
  const server = createServer(async (request, response) => {
    const body = await readJson(request);
    const { status, answer } = isAllowed(forge, request, state.token)
      ? route(forge, state, request.method ?? "", new URL(request.url ?? "", "http://forge"), body)
      : { status: 403, answer: {} };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${forge === "forgejo" ? "/api/v1" : ""}`;
  const close = async () => await new Promise<void>((resolve) => server.close(() => resolve()));
  return Object.assign(state, { url, close });
}

function isAllowed(forge: Forge, { headers }: IncomingMessage, token: string): boolean {
  if (forge === "gitlab") return headers["private-token"] === token;
  return headers.authorization === `${forge === "github" ? "Bearer" : "token"} ${token}`;
}

type State = Omit<ForgeServer, "url" | "close">;
type Answer = { readonly status: number; readonly answer: unknown };

function route(forge: Forge, state: State, method: string, url: URL, body: Record<string, string>): Answer {
  const root = forge === "gitlab" ? "/projects/12" : `${forge === "forgejo" ? "/api/v1" : ""}/repos/coop/allmende`;
  const list = `${root}${forge === "gitlab" ? "/merge_requests/7/notes" : "/issues/7/comments"}`;
  const one = forge === "gitlab" ? list : `${root}/issues/comments`;
  const { pathname, searchParams } = url;
  const found = state.comments.find(({ id }) => pathname === `${one}/${id}`);
  if (method === "GET" && pathname === list) return ok(page(forge, state.comments, searchParams));
  if (method === "POST" && pathname === list) {
    const comment = { id: state.comments.length + 1, body: body["body"] ?? "", by: names[forge] };
    state.comments.push(comment);
    return { status: 201, answer: shown(forge, comment) };
  }
  if (method === (forge === "gitlab" ? "PUT" : "PATCH") && found !== undefined) {
    found.body = body["body"] ?? "";
    return ok(shown(forge, found));
  }
  if (forge === "gitlab" && method === "GET" && pathname === "/user") return ok({ username: names.gitlab });
  if (forge === "gitlab" && method === "GET" && pathname === `${root}/merge_requests/7`) return ok(state.change);
  const [, commit] = /\/statuses\/([0-9a-f]+)$/.exec(pathname) ?? [];
  if (forge === "gitlab" && method === "POST" && commit !== undefined) {
    state.statuses.set(commit, body["state"] ?? "");
    return { status: 201, answer: {} };
  }
  return { status: 404, answer: {} };
}

const ok = (answer: unknown): Answer => ({ status: 200, answer });

function page(forge: Forge, comments: readonly Comment[], parameters: URLSearchParams): unknown[] {
  const size = Number(parameters.get(forge === "forgejo" ? "limit" : "per_page") ?? 20);
  const from = (Number(parameters.get("page") ?? 1) - 1) * size;
  // Forgejo shows all comments of an issue at once, whatever page is asked for.
  const asked = forge === "forgejo" ? comments : comments.slice(from, from + size);
  return asked.map((comment) => shown(forge, comment));
}

function shown(forge: Forge, { id, body, by }: Comment): unknown {
  return forge === "gitlab" ? { id, body, author: { username: by } } : { id, body, user: { login: by } };
}

async function readJson(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? {} : JSON.parse(text);
}
