const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = (text: string) => string;
export type Styles = Readonly<Record<keyof typeof codes, Style>>;

/** Functions that colour text, or leave it alone when colours are off. */
export function stylesFor(colors: boolean): Styles {
  const entries = Object.entries(codes).map(([name, [open, close]]) => [
    name,
    (text: string) => (colors && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text),
  ]);
  return Object.fromEntries(entries) as Styles;
}
