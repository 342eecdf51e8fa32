import type { CacheContext, CacheEntry } from "./cache.js";
export async function registryImages(_context: CacheContext): Promise<CacheEntry> {
  return { key: "none", directory: "" };
}
