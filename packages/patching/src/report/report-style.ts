import { html } from "@remix-run/html-template";

/** Readable on paper, on a phone (rows become blocks) and in the dark; nothing is loaded from anywhere. */
export const reportStyle = html`<style>
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --bad: #b3261e; --good: #1b6e3c; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7fd8a0; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 72rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 .25rem; border-left: .4rem solid var(--good); padding-left: .75rem; }
h1.bad { border-color: var(--bad); }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.period { margin: 0 0 1rem; padding-left: 1.15rem; opacity: .8; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; }
td p { margin: 0; }
.key { font-weight: 600; white-space: nowrap; }
.id { white-space: nowrap; }
.high, .bad { color: var(--bad); }
.none, .soft { opacity: .8; }
ul { padding-left: 1.2rem; }
@media screen and (max-width: 42rem) {
  thead { display: none; }
  tr { display: block; padding: .5rem .6rem; margin-bottom: .6rem; background: var(--soft); border-radius: .4rem; }
  td { display: grid; grid-template-columns: 8.5rem 1fr; gap: .5rem; border: 0; padding: .1rem 0; }
  td::before { content: attr(data-label); opacity: .75; font-weight: 400; }
  .key { white-space: normal; }
}
@media print {
  :root { color-scheme: light; --bad: #8c1d18; --good: #14532d; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
</style>`;
