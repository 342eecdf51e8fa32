/** The version of the Pulumi CLI that setup installs; any other patch of the same minor version will do as well. */
export const pulumiVersion: string;

/** The repository's root. */
export const root: string;

/** Where downloads and builds are kept: `$ALLMENDE_CACHE`, else `~/.cache/allmende`. */
export function cacheDirectory(): string;

/** The Pulumi CLI: the one on PATH when its version suits, else the cached one, else undefined (`npm run setup` gets it). */
export function findPulumi(): Promise<string | undefined>;

/** Whether the Pulumi CLI at this path runs and has a version that suits. */
export function isSuitablePulumi(path: string): Promise<boolean>;

/** A program's path by PATH and the administrators' directories. */
export function findOnPath(name: string): string | undefined;

/** pnpm's pinned version. */
export function pinnedPnpm(): string;
