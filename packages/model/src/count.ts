/** A number with its noun: `1 host`, `2 hosts`. `plural`: when it is not the noun with an s. */
export function renderCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
