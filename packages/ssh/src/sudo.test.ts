import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type SshConnection, type SshEvent, SshPool } from "./index.js";
import { renderSudo } from "./sudo.js";
import { sshdMissing, startSshd, type TestSshd } from "./testing/index.js";

const hostileText = 'it\'s $HOME `id` %s percent \\n -n "quoted" ä\nsecond line\n';

async function roundTripsOf(ssh: SshConnection, command: string): Promise<{ count: number; text: string }> {
  const before = ssh.roundTrips;
  const { stdout } = await ssh.execAsRoot(command, { openStdin: hostileText });
  return { count: ssh.roundTrips - before, text: String(stdout) };
}

describe("renderSudo", () => {
  test("runs plain programs directly, and everything else through sh", () => {
    expect(renderSudo("/bin/sh -s")).toBe("LC_ALL=C sudo -n -- /bin/sh -s");
    expect(renderSudo("cd /tmp && ls")).toBe("LC_ALL=C sudo -n -- /bin/sh -c 'cd /tmp && ls'");
    expect(renderSudo("/bin/a; /bin/b")).toBe("LC_ALL=C sudo -n -- /bin/sh -c '/bin/a; /bin/b'");
  });

  test("any text reaches sh as it is", () => {
    const hostile = fc
      .string({ unit: fc.constantFrom(..."'\"\\$`\n !*?~#&;|<>(){}äx-") })
      .filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(hostile, (text) => {
        // A sudo that shows what it was given instead of running it.
        const shell = `sudo() { shift 4; printf %s "$1"; }\n${renderSudo(text)}`;
        expect(execFileSync("/bin/sh", ["-c", shell], { encoding: "utf8" })).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
});

/** What must be there for accounts of its own, without touching the machine's /etc. */
const missing =
  sshdMissing() ??
  (process.getuid?.() !== 0
    ? "needs root, for a mount namespace with accounts of its own"
    : existsSync("/usr/bin/sudo")
      ? undefined
      : "sudo is not installed (apt install sudo)");

const accounts = `
mount -t tmpfs tmpfs /media
cp -a /etc/. /media/
mount --bind /media /etc
number=4200
for name in allowed asked outsider; do
  number=$((number + 1))
  echo "$name:x:$number:$number::/tmp:/bin/sh" >> /etc/passwd
  echo "$name:x:$number:" >> /etc/group
  echo "$name:*:19000:0:99999:7:::" >> /etc/shadow
done
echo 'allowed ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/allowed
echo 'asked ALL=(ALL) ALL' > /etc/sudoers.d/asked
chmod 0440 /etc/sudoers.d/allowed /etc/sudoers.d/asked
`;

describe.skipIf(missing)(`sudo on a real host (${missing ?? "mount namespace"})`, () => {
  let sshd: TestSshd;
  let pool: SshPool;
  beforeAll(async () => {
    sshd = await startSshd({ prepareNamespace: accounts });
    pool = new SshPool({ credentials: { privateKeyPath: sshd.privateKeyPath } });
  }, 30_000);
  afterAll(async () => {
    await pool.close();
    await sshd.stop();
  });
  const as = (user: string) => pool.get({ ...sshd.connection, user });

  test("a user with NOPASSWD becomes root, with input, output and exit code", async () => {
    const ssh = await as("allowed");
    expect(String((await ssh.exec("id -un")).stdout)).toBe("allowed\n");
    expect(String((await ssh.execAsRoot("id -un")).stdout)).toBe("root\n");
    const result = await ssh.execAsRoot(`id -u; cat; echo "it's" >&2; exit 9`, { stdin: Buffer.from("data") });
    expect(result).toEqual({ exitCode: 9, stdout: Buffer.from("0\ndata"), stderr: "it's\n" });
    expect(await ssh.execAsRoot("/bin/false")).toMatchObject({ exitCode: 1 });
  });

  test.each(["allowed", "root"])("what stands open arrives with the command, in one round trip (%s)", async (user) => {
    const ssh = await as(user);
    await ssh.execAsRoot("true");
    // Until the session that was opened ahead is there.
    await expect.poll(async () => (await roundTripsOf(ssh, "cat")).count).toBe(1);
    const { text } = await roundTripsOf(ssh, "cat; id -u");
    expect(text).toBe(`${hostileText}0\n`);
  });

  test("sudo is not given what stands open", async () => {
    const ssh = await as("allowed");
    const result = await ssh.execAsRoot('cat >/dev/null; echo "$SUDO_COMMAND"', { openStdin: hostileText });
    expect(String(result.stdout)).toContain("SUDO_COMMAND");
    expect(String(result.stdout)).not.toContain("percent");
  });

  test("root needs no sudo", async () => {
    expect(String((await (await as("root")).execAsRoot("id -un")).stdout)).toBe("root\n");
  });

  test.each([
    ["asked", /asks for a password/],
    ["outsider", /asks for a password|does not allow/],
  ])("%s is refused with a reason and a way out", async (user, message) => {
    const refused = (await as(user)).execAsRoot("id", { stdin: Buffer.from("data") });
    await expect(refused).rejects.toMatchObject({
      code: "sudo-refused",
      message: expect.stringMatching(message),
      nextStep: expect.stringContaining("NOPASSWD"),
    });
  });

  test("a host without sudo says so", async () => {
    const without = await startSshd({ prepareNamespace: accounts, config: ["SetEnv PATH=/nowhere"], unchecked: true });
    const withoutPool = new SshPool({ credentials: { privateKeyPath: without.privateKeyPath } });
    try {
      const ssh = await withoutPool.get({ ...without.connection, user: "allowed" });
      await expect(ssh.execAsRoot("id")).rejects.toMatchObject({
        code: "sudo-refused",
        message: expect.stringContaining("not installed"),
      });
    } finally {
      await withoutPool.close();
      await without.stop();
    }
  });

  test("a user's command is ended by a deadline", async () => {
    const ssh = await as("allowed");
    const seconds = `7${process.pid}`;
    await expect(ssh.exec(`exec sleep ${seconds}`, { timeoutMs: 300 })).rejects.toMatchObject({
      code: "command-timeout",
    });
    await expect.poll(async () => (await ssh.exec(`pgrep -xf 'sleep ${seconds}'`)).exitCode).toBe(1);
  });

  test("a host that is still booting is tried again", async () => {
    // pam_nologin lets nobody but root in while this file is there; systemd removes it at the end of the boot.
    const nologin = `${accounts}
mount -t tmpfs tmpfs /run
mkdir /run/sshd
echo 'System is booting up. Unprivileged users are not permitted to log in yet.' > /run/nologin
(sleep 2; rm /run/nologin) &
`;
    const booting = await startSshd({ prepareNamespace: nologin, config: ["UsePAM yes"] });
    const events: SshEvent[] = [];
    const bootingPool = new SshPool({
      credentials: { privateKeyPath: booting.privateKeyPath },
      onEvent: (event) => events.push(event),
    });
    try {
      const ssh = await bootingPool.get({ ...booting.connection, user: "allowed" });
      expect(String((await ssh.exec("id -un")).stdout)).toBe("allowed\n");
      const reasons = events.filter((event) => event.kind === "retrying").map((event) => event.error?.message);
      expect(reasons[0]).toMatch(/starting or stopping: System is booting up/);
    } finally {
      await bootingPool.close();
      await booting.stop();
    }
  });
});
