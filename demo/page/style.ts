/** Light or dark, according to the reader's system. The contrast of all text is at least 4.5. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f6; --card: #ffffff; --text: #1c2526; --muted: #566164; --line: #dfe4e3;
  --accent: #0f6b62; --bad: #a83a1b;
  --heat-0: #f0f2f1; --heat-1: #d3e9e4; --heat-2: #93ccc1; --heat-3: #1f7a6f; --heat-4: #f2b89c;
  --heat-0-text: #566164; --heat-1-text: #17403b; --heat-2-text: #0c332e; --heat-3-text: #ffffff; --heat-4-text: #5a1d06;
  --planned: #cfe0dd; --logged: #1f7a6f;
  --weekend: #f3f5f4; --holiday: #f5e6c8; --away: #3a6ea5; --away-tentative: #dce7f3; --away-text: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #121716; --card: #1a2120; --text: #e6ecea; --muted: #9fada9; --line: #2f3937;
    --accent: #6fcdbf; --bad: #ff9b7a;
    --heat-0: #222a29; --heat-1: #1c3f3a; --heat-2: #1f655c; --heat-3: #57bfaf; --heat-4: #f0906c;
    --heat-0-text: #9fada9; --heat-1-text: #c9e8e2; --heat-2-text: #eafaf7; --heat-3-text: #06241f; --heat-4-text: #33100a;
    --planned: #2c4f49; --logged: #57bfaf;
    --weekend: #1f2726; --holiday: #43381d; --away: #7fb0e6; --away-tentative: #24374c; --away-text: #0b1d30;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-text-size-adjust: 100%;
}
header, main, footer { max-width: 1080px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 40px; }
h1 { margin: 0; font-size: 30px; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 0; font-size: 19px; line-height: 1.3; }
p { margin: 4px 0 0; max-width: 70ch; }
.lead, .note, .hint, footer { color: var(--muted); }
.note, .hint { font-size: 14px; }
.hint { margin-top: 14px; }
.problem { color: var(--bad); }
section { margin: 20px 0; padding: 22px 24px 24px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.keys { display: grid; grid-template-columns: repeat(5, 1fr); gap: 12px; margin: 24px 0 0; padding: 0; list-style: none; }
.keys li { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.keys span { display: block; font-size: 13px; line-height: 1.4; color: var(--muted); }
.keys strong { display: block; font-size: 26px; line-height: 1.3; font-weight: 650; font-variant-numeric: tabular-nums; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--muted); }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend svg { flex: none; }
.scroll { margin-top: 14px; overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.chart svg { display: block; width: 990px; max-width: none; font-variant-numeric: tabular-nums; }
details { margin-top: 14px; }
summary { font-size: 14px; color: var(--accent); cursor: pointer; width: fit-content; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; width: 100%; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: 5px 12px 5px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { font-weight: 500; color: var(--muted); white-space: nowrap; }
tbody th { font-weight: 500; }
.numbers :is(td, thead th + th) { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 2px; }
footer { padding-top: 8px; padding-bottom: 48px; font-size: 14px; }
footer p + p { margin-top: 10px; }
.narrow { display: none; }
@media (max-width: 820px) {
  .keys { grid-template-columns: repeat(2, 1fr); }
  .keys li:last-child { grid-column: span 2; }
}
@media (max-width: 560px) {
  .narrow { display: block; }
  .chart.narrow svg { width: 100%; }
  .wide { display: none; }
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  header { padding-top: 24px; }
  h1 { font-size: 25px; }
  section { padding: 18px 14px; }
}
`;
