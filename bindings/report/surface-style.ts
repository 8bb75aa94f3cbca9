/** Style of the page of a surface: one set of names, filled for light and for dark. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f8; --card: #ffffff; --line: #e3e6ec; --grid: #eceef3; --text: #171d2b; --soft: #667085;
  --accent: #2f5fd0; --second: #0f8f86; --quote: #8c98b0; --off: #dd7a12; --good: #15803d; --bad: #cf2f2f; --band: #2f5fd00d;
  --field: #eef0f5; --shadow: 0 1px 2px #1018280d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1118; --card: #151a24; --line: #252c3a; --grid: #212835; --text: #e8ebf2; --soft: #8f99ad;
    --accent: #7ba2ff; --second: #3fc8b8; --quote: #76829d; --off: #f0a03c; --good: #4ade80; --bad: #ff6b6b; --band: #7ba2ff12;
    --field: #1e2532; --shadow: none;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0; background: var(--page); color: var(--text); font-variant-numeric: tabular-nums;
  font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
}
h1, h2, h3, p, ul, dl, dd { margin: 0; }
h1 { font-size: 21px; font-weight: 650; letter-spacing: -0.015em; }
h2 { font-size: 14px; font-weight: 650; }
h3 { font-size: 13px; font-weight: 650; }
header, main, footer { max-width: 1440px; margin: 0 auto; padding: 0 24px; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 24px; padding-top: 22px; padding-bottom: 16px; }
header p { color: var(--soft); }
.tabs { margin-left: auto; }
.tabs button { padding: 6px 18px; font-size: 14px; font-weight: 600; }
footer { color: var(--soft); font-size: 12px; padding-top: 16px; padding-bottom: 32px; }
section { display: grid; gap: 14px; margin-bottom: 14px; }
.card, .tiles { background: var(--card); border: 1px solid var(--line); border-radius: 10px; box-shadow: var(--shadow); }
.card { padding: 14px 16px; min-width: 0; }
.tiles { display: grid; grid-template-columns: repeat(5, 1fr); }
.tiles div { padding: 12px 18px 13px; border-left: 1px solid var(--line); min-width: 0; }
.tiles div:first-child { border-left: 0; }
.tiles span, .tiles small { display: block; color: var(--soft); font-size: 12px; }
.tiles b { font-size: 23px; font-weight: 620; letter-spacing: -0.02em; line-height: 1.3; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; margin-bottom: 8px; }
.bar p { color: var(--soft); font-size: 12px; margin-left: auto; }
.bar.above { margin: 8px 2px -4px; }
.choice { display: inline-flex; padding: 2px; background: var(--field); border-radius: 8px; }
.map .choice:nth-of-type(1) { margin-left: auto; }
.choice button {
  border: 0; background: none; color: var(--soft); font: inherit; font-size: 12px; padding: 3px 10px; border-radius: 6px; cursor: pointer;
}
.choice button:hover { color: var(--text); }
.choice [aria-pressed="true"], .choice [aria-selected="true"] { background: var(--card); color: var(--text); box-shadow: 0 1px 2px #0003; }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 14px; }
.smiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 14px; }
.smile { padding: 12px 14px 8px; }
.smile .bar { margin-bottom: 2px; }
em { font-style: normal; font-size: 11px; font-weight: 600; color: var(--off); border: 1px solid currentColor; border-radius: 5px; padding: 0 6px; }
ul { list-style: none; padding: 0; color: var(--off); font-size: 12px; }
.notes { color: var(--off); font-size: 12px; padding: 2px 0 6px; }
.notes em { margin-right: 4px; }
.chart { position: relative; min-height: 60px; }
.chart svg { display: block; overflow: visible; font-family: inherit; --plot-background: var(--card); }
.chart [aria-label="tip"] { color: var(--text); font-variant-numeric: tabular-nums; filter: drop-shadow(0 3px 8px #0002); }
.legend { position: relative; color: var(--soft); font-size: 11px; display: flex; justify-content: flex-end; align-items: center; gap: 8px; margin: -2px 0 2px; }
.legend i { width: 200px; height: 8px; border-radius: 4px; }
.label {
  position: absolute; z-index: 2; pointer-events: none; white-space: pre; padding: 7px 10px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--card); font-size: 12px; line-height: 1.5; box-shadow: 0 4px 14px #0003;
}
.key { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; }
.key i { display: inline-block; width: 16px; height: 0; border-top: 2px solid var(--accent); margin-left: 6px; }
.key .second { border-color: var(--second); }
.key .dash { border-top: 2px dotted var(--soft); }
.key .quote, .key .band { width: 4px; height: 12px; border: 0; border-radius: 2px; background: var(--quote); }
.key .off { background: var(--off); }
.key .point { width: 5px; height: 5px; border: 0; border-radius: 50%; background: var(--text); }
.key .band { width: 14px; border-radius: 3px; background: var(--band); outline: 1px solid var(--line); }
.wide { overflow-x: auto; margin: 0 -16px; padding: 0 16px; }
table { width: 100%; border-collapse: collapse; font-size: 13px; }
th { color: var(--soft); font-size: 12px; font-weight: 500; }
th, td { padding: 5px 10px; text-align: right; white-space: pre; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover td { background: var(--field); }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
.words { text-align: left; }
.quiet { color: var(--soft); }
.warn { color: var(--off); }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: 650; }
.card > ul { padding-top: 8px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 14px; font-size: 13px; align-items: center; }
dd { display: flex; align-items: center; gap: 8px; }
dd i { height: 8px; min-width: 2px; border-radius: 3px; background: var(--quote); }
dd span { color: var(--soft); flex: none; }
dt small { color: var(--soft); font-size: 12px; margin-left: 10px; }
dd i { max-width: calc(100% - 60px); }
@media (max-width: 900px) {
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  .pair { grid-template-columns: 1fr; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .map .choice:nth-of-type(1) { margin-left: 0; }
  .smiles { grid-template-columns: 1fr; }
  dl { grid-template-columns: minmax(0, 58%) 1fr; }
  dt small { display: block; margin-left: 0; }
}
@media print {
  .choice { display: none; }
  .card { break-inside: avoid; box-shadow: none; }
}
`.trim();
