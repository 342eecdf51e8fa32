import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SmtpSpec } from "@allmende/model";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** An authority of one's own, and a server's certificate for `localhost` from it; PEM. */
export interface TestCertificate {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** `days`: for how long it counts from now on; below zero, until so many days ago. */
export function makeCertificate(days = 2): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), "allmende-smtp-"));
  const file = (name: string) => join(folder, name);
  const openssl = (args: string) => execFileSync("openssl", args.split(" "), { cwd: folder, stdio: "pipe" });
  try {
    const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    openssl(`req -x509 ${key} -subj /CN=allmende-test-ca -keyout ca.key -out ca.pem`);
    openssl(`req ${key.replace(" -days 2", "")} -subj /CN=localhost -keyout server.key -out server.csr`);
    writeFileSync(file("san"), "subjectAltName=DNS:localhost\n");
    openssl(
      `x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days ${days} -extfile san -out server.pem`,
    );
    const [ca, cert, privateKey] = ["ca.pem", "server.pem", "server.key"].map((name) =>
      readFileSync(file(name), "utf8"),
    );
    return { ca: ca ?? "", cert: cert ?? "", key: privateKey ?? "" };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const testLogin = { user: "noreply", password: "correct horse" };

/** A real SMTP server on loopback that keeps what it is sent. */
export interface TestSmtpServer {
  readonly port: number;
  /** Mails in full, as they came. */
  readonly mails: string[];
  /** Recipients in the envelope of each. */
  readonly recipients: string[][];
  connections: number;
  close(): Promise<void>;
}

/** With STARTTLS and a login unless told otherwise; recipients whose address begins with `nobody` are refused. */
export async function startSmtpServer(
  certificate: TestCertificate,
  options: SMTPServerOptions & { readonly onMail?: (count: number, socket: () => Socket | undefined) => void } = {},
): Promise<TestSmtpServer> {
  const { onMail, ...smtpOptions } = options;
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    ...{ key: certificate.key, cert: certificate.cert, authMethods: ["PLAIN", "LOGIN"], closeTimeout: 100 },
    onConnect: (_session, callback) => {
      started.connections += 1;
      callback();
    },
    onAuth: ({ username, password }, _session, callback) =>
      username === testLogin.user && password === testLogin.password
        ? callback(null, { user: username })
        : callback(new Error(`no: ${password}, ${Buffer.from(password ?? "").toString("base64")}`)),
    onRcptTo: ({ address }, _session, callback) =>
      callback(
        address.startsWith("nobody") ? Object.assign(new Error("no such mailbox"), { responseCode: 550 }) : null,
      ),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        started.mails.push(Buffer.concat(chunks).toString("latin1"));
        started.recipients.push(session.envelope.rcptTo.map(({ address }) => address));
        onMail?.(started.mails.length, () => [...sockets].at(-1));
        callback();
      });
    },
    ...smtpOptions,
  });
  server.on("error", () => {}); // Clients that hang up are part of the tests.
  server.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const started: TestSmtpServer = {
    port: 0,
    mails: [],
    recipients: [],
    connections: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
  const listening = await new Promise<Server>((resolve) => {
    const net = server.listen(0, "127.0.0.1", () => resolve(net as Server));
  });
  return Object.assign(started, { port: (listening.address() as AddressInfo).port });
}

/** A server that says only this to whoever connects, a piece every `everyMs`, and then nothing. */
export async function startMumbling(text: string, everyMs: number): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let at = 0;
    const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ""), everyMs);
    socket.on("error", () => {}).on("close", () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** How a mail.yaml would describe such a server. */
export function smtpSpec(port: number, changes: Partial<SmtpSpec> = {}): SmtpSpec {
  const login = { user: testLogin.user, passwordConfig: "smtpPassword" };
  return { host: "localhost", port, tls: "starttls", isVerified: true, login, ...changes };
}
