import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootMachine, type Lab } from "@allmende/lab";
import { execa } from "execa";
import { succeed } from "./repository.js";

const sectorBytes = 512;
const firstSector = 2048;

/** What of GRUB a host needs to be told what to boot, as its packages would bring it. */
const grubFiles = [
  ...["usr/bin/grub-editenv", "usr/bin/grub-mkrelpath", "usr/bin/grub-script-check", "usr/bin/grub-file"],
  ...["usr/sbin/grub-mkconfig", "usr/sbin/grub-probe", "usr/sbin/grub-reboot", "usr/sbin/grub-set-default"],
  ...["usr/sbin/update-grub", "usr/share/grub", "etc/grub.d", "etc/kernel/postinst.d/zz-update-grub"],
];

/** Puts GRUB's real programs onto a host, without anything that would start from its disk. */
export async function installGrub(lab: Lab, host: string): Promise<void> {
  const root = await bootMachine();
  const libraries = await execa("sh", ["-c", "cd $1; ls usr/lib/*/libdevmapper.so* usr/lib/*/libefi*.so*", "sh", root]);
  const args = ["-C", root, "-c", ...grubFiles, ...libraries.stdout.split("\n")];
  const { stdout } = await execa("tar", args, { encoding: "buffer" });
  const unpack =
    "tar -x -C / --skip-old-files --keep-directory-symlink && cp /usr/share/grub/default/grub /etc/default/grub";
  await succeed(lab, host, ["sh", "-c", `${unpack} && mkdir -p /boot/grub && update-grub 2>&1`], Buffer.from(stdout));
}

export async function removeGrub(lab: Lab, host: string): Promise<void> {
  const paths = grubFiles.map((path) => `/${path}`);
  await succeed(lab, host, ["rm", "-rf", "/boot/grub", "/etc/default/grub", ...paths]);
}

/**
 * Starts a PC, as often as asked, from a disk with a copy of the host's /boot and GRUB in front of it: real GRUB, firmware and CPU, whose
 * kernels are those of `kernelPackage`. Gives back what the kernel of each start said it is.
 */
export async function bootCopy(lab: Lab, host: string, times: number): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), "allmende-boot-"));
  try {
    const disk = join(directory, "disk.img");
    await makeDisk(lab, host, directory, disk);
    const started: string[] = [];
    for (let turn = 0; turn < times; turn++) started.push(await start(disk));
    return started;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function makeDisk(lab: Lab, host: string, directory: string, disk: string): Promise<void> {
  const root = await bootMachine();
  const modules = join(root, "usr/lib/grub/i386-pc");
  const tree = join(directory, "tree");
  mkdirSync(tree);
  const boot = await succeed(lab, host, ["sh", "-c", "tar -c -z -C / boot | base64"]);
  await execa("tar", ["-x", "-z", "-C", tree], { input: Buffer.from(boot, "base64") });
  cpSync(modules, join(tree, "boot/grub/i386-pc"), { recursive: true });
  const uuid = /--fs-uuid --set=root (\S+)/.exec(readFileSync(join(tree, "boot/grub/grub.cfg"), "utf8"))?.[1];
  if (uuid === undefined) throw new Error("grub.cfg does not say which file system it is on");
  const early = join(directory, "early.cfg");
  writeFileSync(early, `search --no-floppy --fs-uuid --set=root ${uuid}\nset prefix=($root)/boot/grub\n`);
  const core = join(directory, "core.img");
  const builtIn = ["biosdisk", "part_msdos", "ext2", "search", "search_fs_uuid", "normal"];
  const image = ["-O", "i386-pc", "-d", modules, "-c", early, "-p", "(hd0,msdos1)/boot/grub", "-o", core, ...builtIn];
  await runIn(root, "usr/bin/grub-mkimage", image);
  const fileSystem = join(directory, "fs.img");
  const features = ["-O", "^metadata_csum,^64bit,^has_journal,^orphan_file"];
  await execa("mkfs.ext4", ["-q", "-F", "-U", uuid, ...features, "-d", tree, fileSystem, "64M"]);
  const content = readFileSync(fileSystem);
  const front = Buffer.alloc(firstSector * sectorBytes);
  readFileSync(join(modules, "boot.img")).copy(front);
  front.fill(0, 446, 510);
  front[446] = 0x80;
  front[450] = 0x83;
  front.writeUInt32LE(firstSector, 454);
  front.writeUInt32LE(content.length / sectorBytes, 458);
  front.writeUInt16LE(0xaa55, 510);
  readFileSync(core).copy(front, sectorBytes);
  writeFileSync(disk, Buffer.concat([front, content]));
}

/** One start, until the kernel has said who it is. */
async function start(disk: string): Promise<string> {
  const root = await bootMachine();
  const firmware = ["qemu", "seabios"].flatMap((name) => ["-L", join(root, "usr/share", name)]);
  const quiet = ["-display", "none", "-monitor", "none", "-serial", "stdio", "-nic", "none", "-no-reboot"];
  const machine = ["-M", "pc", "-accel", "tcg", "-m", "128", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"];
  const drive = ["-drive", `file=${disk},format=raw,if=ide`];
  return (await runIn(root, "usr/bin/qemu-system-x86_64", [...firmware, ...machine, ...quiet, ...drive], 1)).trim();
}

/** A program of the root with that root's own C library, as it may be newer than this machine's. */
async function runIn(root: string, program: string, args: readonly string[], wanted = 0): Promise<string> {
  const loader = [join(root, "lib64/ld-linux-x86-64.so.2"), "--library-path", join(root, "usr/lib/x86_64-linux-gnu")];
  const options = { reject: false, timeout: 60_000, stdin: "ignore" } as const;
  const [file = "", ...first] = loader;
  const { exitCode, stdout, stderr } = await execa(file, [...first, join(root, program), ...args], options);
  if (exitCode !== wanted) throw new Error(`${program} ended with ${exitCode}: ${stdout}\n${stderr}`);
  return stdout;
}
