import type { Holding } from "@allmende/model";

/** Counts who holds what on a host, to see without a look at all the others that nothing is held twice. */
export class Holdings {
  /** What is held, then by whom, how many times. */
  readonly #holders = new Map<string, Map<string, number>>();

  add(holdings: readonly Holding[]): void {
    for (const { what, holder } of holdings) {
      const holders = this.#holders.get(what) ?? new Map<string, number>();
      this.#holders.set(what, holders.set(holder, (holders.get(holder) ?? 0) + 1));
    }
  }

  /** Takes back what was added before. */
  remove(holdings: readonly Holding[]): void {
    for (const { what, holder } of holdings) {
      const holders = this.#holders.get(what);
      const count = holders?.get(holder) ?? 0;
      if (count > 1) holders?.set(holder, count - 1);
      else holders?.delete(holder);
      if (holders?.size === 0) this.#holders.delete(what);
    }
  }

  /** Does anybody else hold any of it? */
  isContested(holdings: readonly Holding[]): boolean {
    return holdings.some(({ what, holder }) => {
      const holders = this.#holders.get(what);
      return holders !== undefined && (holders.size > 1 || !holders.has(holder));
    });
  }
}
