/** Paths of the container that the kernel or Allmende needs; nothing may be mounted on or below them. */
const protectedPaths: Readonly<Record<string, string>> = {
  "/proc": "the kernel's",
  "/sys": "the kernel's",
  "/dev": "the kernel's",
  "/run/secrets": "where the service's secrets are",
  "/run/allmende": "where the health check's tools are",
};

export const containerPathPattern = "^(/[A-Za-z0-9._@+~=-]+)+$";

/** Why `path` cannot be a mount point in a container. */
export function containerPathProblem(path: string): string | undefined {
  if (path.includes(":")) {
    return "must be a path in the container alone, such as /var/lib/data: folders of the host are not mounted, and mount options are set by Allmende";
  }
  if (!path.startsWith("/")) return "must be an absolute path, such as /var/lib/data";
  if (path === "/") return "must be a folder below /, such as /var/lib/data: mounting on / would hide the whole image";
  const parts = path.slice(1).split("/");
  if (parts.includes("..") || parts.includes(".") || parts.includes(""))
    return 'must be written without "//", "/./", "/../" and without a "/" at its end';
  if (!new RegExp(containerPathPattern).test(path)) return "may have letters, digits and . _ - + @ ~ = in it";
  if (path.length > 255) return "must be at most 255 characters long";
  for (const [protectedPath, why] of Object.entries(protectedPaths)) {
    if (isSameOrBelow(path, protectedPath)) return `${protectedPath} is ${why}: choose another path`;
  }
  return undefined;
}

/** Whether `path` is `folder` or lies in it. */
export function isSameOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
