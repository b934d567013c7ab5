/** The style of every page: one sheet, inline, with the reader's own fonts; light and dark; narrow screens; paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1b1f24; --paper: #ffffff; --soft: #f4f6f8; --line: #d0d7de; --edge: #6e7781; --dim: #57606a; --link: #0550ae; --accent: #0969da;
  --bad: #a40e26; --good: #116329; --warn: #7d4e00; --bad-soft: #ffebe9; --good-soft: #dafbe1; --warn-soft: #fff8c5;
  --part-1: #0969da; --part-2: #bc4c00; --part-3: #1a7f37; --part-4: #8250df; --part-5: #bf3989; --part-6: #8a5a00; --part-7: #0b7285; --part-8: #4d6b00; --part-9: #6e7781;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3; --paper: #0d1117; --soft: #161b22; --line: #30363d; --edge: #8b949e; --dim: #9da7b3; --link: #79b8ff; --accent: #58a6ff;
    --bad: #ff9492; --good: #56d364; --warn: #e3b341; --bad-soft: #3c1618; --good-soft: #12321d; --warn-soft: #332a10;
    --part-1: #58a6ff; --part-2: #f0883e; --part-3: #3fb950; --part-4: #bc8cff; --part-5: #f778ba; --part-6: #d29922; --part-7: #39c5cf; --part-8: #a8c545; --part-9: #8b949e;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; margin: 1rem 0 .35rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; line-height: 1.35; margin: 1.5rem 0 .35rem; overflow-wrap: anywhere; }
p { margin: .5rem 0; max-width: 48rem; overflow-wrap: anywhere; }
ul, ol { margin: .5rem 0; padding-left: 1.4rem; }
li { max-width: 48rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.25rem; margin: .75rem 0; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, textarea:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; background: var(--paper); color: var(--link); padding: .5rem 1rem; border: 1px solid var(--edge); z-index: 1; }
.skip:focus { left: 1rem; top: .5rem; }
code, pre, .mono { font: .875rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; white-space: pre-wrap; }
summary { cursor: pointer; color: var(--link); padding: .15rem 0; width: max-content; max-width: 100%; }
.dim { color: var(--dim); }
.bad { color: var(--bad); font-weight: 600; }
.good { color: var(--good); font-weight: 600; }
.warn { color: var(--warn); font-weight: 600; }
.card { background: var(--soft); border: 1px solid var(--line); border-left: .3rem solid var(--edge); border-radius: 6px; padding: .75rem 1rem; margin: 1rem 0; }
.card > :first-child { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
.card.bad { border-left-color: var(--bad); background: var(--bad-soft); color: var(--ink); font-weight: 400; }
.card.good { border-left-color: var(--good); background: var(--good-soft); color: var(--ink); font-weight: 400; }
.card.warn { border-left-color: var(--warn); background: var(--warn-soft); color: var(--ink); font-weight: 400; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; align-items: start; }
.scroll { overflow-x: auto; }
.scroll, .rows { --shade: color-mix(in srgb, var(--edge) 55%, transparent); background: linear-gradient(90deg, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local, linear-gradient(270deg, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local, linear-gradient(90deg, var(--shade), transparent) left / 1rem 100% no-repeat scroll, linear-gradient(270deg, var(--shade), transparent) right / 1rem 100% no-repeat scroll; }
table { border-collapse: collapse; font-size: .9rem; line-height: 1.4; margin: .5rem 0; }
caption { text-align: left; color: var(--dim); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; min-width: 3ch; max-width: 28rem; }
thead th { background: var(--soft); font-weight: 600; border-bottom-color: var(--edge); }
thead th:first-child { padding-left: .5rem; }
tbody th, tbody td:first-child { padding-left: .5rem; }
tbody th { font-weight: 400; }
tbody tr:hover { background: var(--soft); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-left: .7rem; }
td.time, th.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; font-size: .9rem; }
main:focus { outline: none; }
.id { display: inline-block; min-width: 17ch; max-width: 24ch; font: .75rem/1.35 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; word-break: break-all; }
figure { margin: 1rem 0 1.5rem; }
figcaption { font-weight: 600; margin-bottom: .35rem; }
svg.chart { display: block; width: 100%; min-width: 34rem; max-width: 60rem; height: auto; }
svg.chart text, svg.chart tspan { white-space: pre; }
svg.bar { width: 6rem; height: .7rem; vertical-align: middle; }
.parts { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; padding: .5rem 0; margin: .75rem 0 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); font-size: .9rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; padding: 0; margin: .35rem 0; font-size: .9rem; }
.swatch { vertical-align: -1px; border-radius: 2px; }
.message { background: var(--soft); border: 1px solid var(--line); padding: .5rem .75rem; white-space: pre-wrap; overflow-wrap: anywhere; max-width: none; }
a.field { color: inherit; text-decoration-style: dotted; }
@media (max-width: 40rem) {
  body { padding: .5rem .75rem 3rem; }
  h1 { font-size: 1.4rem; }
  h2 { font-size: 1.15rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
}
@media print {
  @page { margin: 13mm 10mm; }
  :root { color-scheme: light; --ink: #000000; --paper: #ffffff; --soft: #ffffff; --line: #b0b7be; --edge: #57606a; --dim: #3d444d; --link: #000000; --accent: #0969da; --bad: #a40e26; --good: #116329; --warn: #7d4e00; --bad-soft: #ffffff; --good-soft: #ffffff; --warn-soft: #ffffff;
    --part-1: #0969da; --part-2: #bc4c00; --part-3: #1a7f37; --part-4: #8250df; --part-5: #bf3989; --part-6: #8a5a00; --part-7: #0b7285; --part-8: #4d6b00; --part-9: #6e7781; }
  body { max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.4; }
  p, li { max-width: none; }
  .scroll { overflow: visible; background: none; }
  h1 { font-size: 16pt; } h2 { font-size: 13pt; margin-top: 1.1rem; } h3 { font-size: 10.5pt; }
  table { font-size: 8pt; }
  .id { font-size: 7pt; }
  th, td { overflow-wrap: anywhere; padding: .15rem .3rem; }
  tr:not(:has(> :nth-child(7))) > :is(th, td) { overflow-wrap: break-word; max-width: 9.5rem; }
  tr:not(:has(> :nth-child(4))) > :is(th, td) { max-width: 14rem; }
  table:has(thead th:nth-child(7)) { font-size: 7.5pt; }
  tr:has(> :nth-child(7)):not(:has(> :nth-child(9))) > :is(th, td) { overflow-wrap: break-word; max-width: 8.6rem; }
  thead tr > th { overflow-wrap: normal; }
  th.number, th.time, td.time { white-space: normal; }
  svg.chart { min-width: 0; max-width: 76%; }
  figure { margin: .6rem 0 .8rem; }
  h2, h3, figcaption, caption, summary, thead { break-after: avoid; }
  tr, svg, .card, thead, figure { break-inside: avoid; }
  tbody tr:nth-child(-n+2) { break-before: avoid; }
  thead { display: table-header-group; }
  details:not([open]), nav, form, button, .skip { display: none; }
}
`;
