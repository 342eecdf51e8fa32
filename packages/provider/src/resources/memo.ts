/**
 * `compute`, which remembers its latest results. The engine asks about one resource several times in a row (check, diff,
 * preview), and all services of a host repeat what is declared of it.
 */
export function memoize<Argument, Result>(
  most: number,
  keyOf: (argument: Argument) => string,
  compute: (argument: Argument) => Result,
): (argument: Argument) => Result {
  const results = new Map<string, Result>();
  return (argument) => {
    const key = keyOf(argument);
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = compute(argument);
    results.set(key, result);
    const [oldest] = results.keys();
    if (results.size > most && oldest !== undefined) results.delete(oldest);
    return result;
  };
}

/** `compute`, whose result lives as long as its argument. */
export function memoizeByIdentity<Argument extends object, Result>(
  compute: (argument: Argument) => Result,
): (argument: Argument) => Result {
  const results = new WeakMap<Argument, Result>();
  return (argument) => {
    const known = results.get(argument);
    if (known !== undefined) return known;
    const result = compute(argument);
    results.set(argument, result);
    return result;
  };
}
