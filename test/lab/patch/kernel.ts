import type { Lab } from "@allmende/lab";
import { succeed, type TestPackage } from "./repository.js";

/** The kernel that runs on a host, as the header of its image would name it: release, and what it was built as. */
export async function runningKernel(lab: Lab, host: string): Promise<string> {
  const [release, version] = (await succeed(lab, host, ["sh", "-c", "uname -r; uname -v"])).trim().split("\n");
  return `${release} (lab) ${version}`;
}

/**
 * A package with a stand-in for a kernel: hosts of the lab get theirs from outside, so none ever boots it; a boot loader does, and it says
 * who it is. `kernel`: `RELEASE (BY) BUILD`.
 */
export function kernelPackage(
  kernel: string,
  entry: Pick<TestPackage, "name" | "version" | "files" | "postinst">,
): TestPackage {
  return { ...entry, files: { ...entry.files, [`boot/vmlinuz-${kernel.split(" ")[0]}`]: kernelImage(kernel) } };
}

const setupSectors = 4;
const loadAddress = 0x100000;
const textOffset = 0x40;
// In 32-bit mode: write the text to the first serial port, byte by byte, then end QEMU by its isa-debug-exit.
const code = [
  ...[0xfc, 0xbe, ...bytesOf(loadAddress + textOffset)], // cld; mov esi, text
  ...[0xac, 0x84, 0xc0, 0x74, 0x07], // next: lodsb; test al, al; jz end
  ...[0x66, 0xba, 0xf8, 0x03, 0xee, 0xeb, 0xf4], // mov dx, 0x3f8; out dx, al; jmp next
  ...[0x66, 0xba, 0xf4, 0x00, 0xb0, 0x00, 0xee, 0xf4, 0xeb, 0xfd], // end: mov dx, 0xf4; mov al, 0; out dx, al; hlt; jmp hlt
];

/** A bzImage by Linux' x86 boot protocol 2.06, with its text where tools look for it. */
function kernelImage(text: string): Buffer {
  const image = Buffer.alloc(1024 * 1024);
  image[0x1f1] = setupSectors;
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write("\xeb\x66HdrS", 0x200, "latin1");
  image.writeUInt16LE(0x0206, 0x206);
  image.writeUInt16LE(0x100, 0x20e); // where the text is, counted from 0x200
  image[0x211] = 1; // loaded high
  image.writeUInt32LE(loadAddress, 0x214);
  image.writeUInt32LE(loadAddress, 0x230); // alignment
  image.writeUInt32LE(2047, 0x238); // longest command line
  image.write(text, 0x300);
  const start = (setupSectors + 1) * 512;
  Buffer.from(code).copy(image, start);
  image.write(`${text}\n`, start + textOffset);
  return image;
}

function bytesOf(address: number): number[] {
  return [0, 8, 16, 24].map((shift) => (address >> shift) & 0xff);
}
