import { type HostPatchingSpec, memberOverheadBytes, serviceOverheadBytes } from "@allmende/model";
import { describe, expect, it } from "vitest";
import { renderHost } from "./render-host.js";
import { renderMember } from "./render-member.js";
import { renderService } from "./render-service.js";
import { renderTree } from "./render-tree.js";
import { anna, bert, sampleService, web1 } from "./testing/samples.js";

const secrets = ["correct horse", "battery staple", "tr0ub4dor"];

describe("renderService", () => {
  const tree = renderService(sampleService(), anna);

  it("puts units where only root writes and Quadlet reads for this user alone", () => {
    const units = tree.files.filter(({ path }) => path.startsWith("/etc/containers/systemd/users/21042/"));
    expect(units.map(({ path }) => path.split("/").at(-1))).toEqual(["anna-blog.container", "anna-blog-data.volume"]);
    expect(units.every(({ mode, owner, effect }) => mode === 0o644 && owner === "root" && effect === "restart")).toBe(
      true,
    );
  });

  it("keeps secrets in secret files, and in no other file", () => {
    for (const file of tree.files) {
      const found = secrets.filter((secret) => file.content.includes(secret));
      if (file.secret) continue;
      expect(found, file.path).toEqual([]);
    }
    expect(tree.files.filter(({ secret }) => secret).map(({ path, mode }) => [path, mode.toString(8)])).toEqual([
      ["/var/lib/allmende/secrets/21042/anna-blog/API_KEY", "444"],
      ["/var/lib/allmende/secrets/21042/anna-blog/TOKEN", "444"],
      ["/var/lib/allmende/auth/21042/anna-blog.json", "440"],
    ]);
    expect(JSON.stringify(tree.declared)).not.toMatch(/correct|battery|tr0ub/);
  });

  it("closes the directories of secrets to everybody but root and the member", () => {
    const closed = tree.directories.filter(({ path }) => path.includes("/secrets/") || path.includes("/auth/"));
    expect(closed).toHaveLength(3);
    for (const entry of closed) expect(entry).toMatchObject({ mode: 0o750, owner: "root", group: 21042 });
  });

  it("names the login's registry as the image does", () => {
    const login = tree.files.find(({ path }) => path.endsWith("anna-blog.json"));
    expect(JSON.parse(login?.content ?? "")).toEqual({
      auths: { "registry.example": { auth: Buffer.from("coop:tr0ub4dor").toString("base64") } },
    });
  });

  it("refuses a service of somebody else", () => {
    expect(() => renderService(sampleService(), bert)).toThrow(/belongs to anna, not to bert/);
  });
});

describe("renderHost", () => {
  it("never lets a host reboot or restart by itself", () => {
    const text = renderHost(web1)
      .files.map(({ content }) => content)
      .join("");
    expect(text).toContain('Unattended-Upgrade::Automatic-Reboot "false";');
    expect(text).toContain("$nrconf{restart} = 'l';");
  });

  it("installs security updates every day, but on a host with patch windows only lists them", () => {
    const apt = (patching?: HostPatchingSpec) =>
      renderHost({ ...web1, patching }).files.find(({ path }) => path.endsWith("/52allmende"))?.content;
    const daily = apt() ?? "";
    expect(daily).toContain('APT::Periodic::Unattended-Upgrade "1";');
    expect(apt({ expectEveryDays: 8 })).toBe(daily);
    expect(apt({ updates: "daily" })).toBe(daily);
    const inWindows = apt({ updates: "windows" });
    expect(inWindows).toContain('APT::Periodic::Unattended-Upgrade "0";');
    expect(inWindows).toContain('APT::Periodic::Update-Package-Lists "1";');
    expect(inWindows).toContain("in this host's patch windows");
  });

  it("is the same whatever the connection", () => {
    const moved = { ...web1, connection: { ...web1.connection, address: "10.0.0.1", user: "admin" } };
    expect(renderHost(moved)).toEqual(renderHost(web1));
  });
});

describe("renderMember", () => {
  it("makes a locked account with the computed number", () => {
    const [sysusers] = renderMember(anna).files;
    expect(sysusers?.content).toBe(
      'g anna 21042\nu anna 21042:anna "Allmende member 1042" /home/anna /usr/sbin/nologin\n',
    );
  });
});

describe("renderTree", () => {
  const files = renderTree({ host: web1, members: [anna, bert], services: [sampleService()] });
  const content = (path: string) => files.find((file) => file.path === path)?.content;

  it("adds what follows from all services together", () => {
    expect(content("/etc/subuid")).toBe("anna:69337088:65536\nbert:1507328:65536\n");
    const limit = 128 * 1024 ** 2 + serviceOverheadBytes + memberOverheadBytes;
    expect(content("/etc/systemd/system/user-21042.slice.d/50-allmende.conf")).toContain(`MemoryMax=${limit}\n`);
    expect(content("/etc/systemd/system/user-20007.slice.d/50-allmende.conf")).toContain(
      `MemoryMax=${memberOverheadBytes}\n`,
    );
  });

  it("has no path twice and no manifest", () => {
    const paths = files.map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => path.includes("manifests"))).toEqual([]);
  });

  it("says whose member is missing", () => {
    expect(() => renderTree({ host: web1, members: [bert], services: [sampleService()] })).toThrow(
      /anna, who is not a member/,
    );
  });
});
