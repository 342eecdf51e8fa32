import type { Lab } from "@allmende/lab";
import { succeed, type TestPackage } from "./repository.js";

/** The kernel that runs on a host, as the header of its image would name it: release, and what it was built as. */
export async function runningKernel(lab: Lab, host: string): Promise<string> {
  const [release, version] = (await succeed(lab, host, ["sh", "-c", "uname -r; uname -v"])).trim().split("\n");
  return `${release} (lab) ${version}`;
}

/**
 * A package with the image of a kernel, of which only the header is real: hosts of the lab get theirs from outside, so none ever boots
 * it. `kernel`: `RELEASE (BY) BUILD`.
 */
export function kernelPackage(
  kernel: string,
  entry: Pick<TestPackage, "name" | "version" | "files" | "postinst">,
): TestPackage {
  const image = Buffer.alloc(1024 * 1024);
  image.writeUInt16LE(0x100, 0x20e); // where the text is, counted from 0x200
  image.write(kernel, 0x300);
  return { ...entry, files: { ...entry.files, [`boot/vmlinuz-${kernel.split(" ")[0]}`]: image } };
}
