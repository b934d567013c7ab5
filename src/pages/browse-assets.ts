import { STYLE } from '../present/index.ts';

/** What the pages have beside the style of every page. */
const OWN_STYLE = `
body { max-width: 90rem; padding-top: 0; }
.masthead { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.5rem; border-bottom: 1px solid var(--line); margin: 0 -1.25rem; padding: .5rem 1.25rem; background: var(--soft); }
.masthead p { margin: 0; }
.brand a { color: var(--ink); font-weight: 700; text-decoration: none; letter-spacing: -.01em; }
.masthead ul { list-style: none; display: flex; flex-wrap: wrap; gap: .15rem .3rem; margin: 0; padding: 0; }
.masthead nav a { display: block; padding: .25rem .65rem; border-radius: 6px; text-decoration: none; }
.masthead nav a:hover { background: var(--line); }
.masthead nav a[aria-current] { background: var(--paper); color: var(--ink); font-weight: 600; box-shadow: inset 0 0 0 1px var(--edge); }
main:focus { outline: none; }
main h1 { font-size: 1.4rem; margin-top: .6rem; }
h2 { font-size: 1.15rem; margin-top: 1.75rem; }
.trail ol { list-style: none; display: flex; flex-wrap: wrap; gap: 0 .5rem; padding: 0; margin: .75rem 0 -.5rem; font-size: .9rem; }
.trail li + li::before { content: "/"; color: var(--dim); margin-right: .5rem; }
.trail li[aria-current] { color: var(--dim); max-width: 60ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .5rem; font-size: .85rem; color: var(--dim); }
footer p { max-width: none; }
kbd { font: .85rem ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; border: 1px solid var(--line); border-radius: 4px; padding: 0 .3rem; color: var(--ink); }
form.filters { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .8rem .6rem; margin: .5rem 0; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)); gap: .35rem .8rem; align-items: start; }
.field label { display: block; font-size: .8rem; font-weight: 600; margin-bottom: .1rem; }
.field .hint { display: block; font-size: .75rem; color: var(--dim); overflow-wrap: anywhere; }
.field.wide { grid-column: 1 / -1; }
input, select, textarea, button { font: inherit; font-size: .9rem; color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-radius: 5px; padding: .3rem .5rem; max-width: 100%; }
.field input, .field select { width: 100%; height: 2rem; padding-block: .2rem; }
input[type=checkbox] { width: auto; }
::placeholder { color: var(--dim); opacity: 1; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-top: .75rem; }
button { cursor: pointer; padding: .3rem .9rem; }
button.main { background: var(--link); border-color: var(--link); color: var(--paper); font-weight: 600; }
.under { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; margin-top: .35rem; }
.under button { padding-block: .15rem; }
.under .actions { margin: 0; }
.under details[open] { flex-basis: 100%; }
.under summary { font-size: .9rem; }
figure.low { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.25rem; margin: .5rem 0; }
figure.low figcaption, figure.low .legend { margin: 0; }
figure.low figcaption, figure.low summary { font-size: .9rem; }
figure.low .scroll, figure.low details[open] { flex-basis: 100%; min-width: 0; }
figure.low svg.chart { min-width: 50rem; max-width: none; }
.counted { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.5rem; margin: .35rem 0; }
.counted p, .counted .pages { margin: 0; }
.rows.events table { font-size: .85rem; line-height: 1.3; }
.rows.events th, .rows.events td { padding-top: .2rem; padding-bottom: .2rem; padding-right: .5rem; }
.rows.events td:nth-child(2), .rows.events td:nth-child(3) { min-width: 11.5rem; }
.rows.events td:nth-child(4) { min-width: 11rem; }
.brief { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; padding: 0; margin: .5rem 0; }
.chips a { display: inline-block; border: 1px solid var(--edge); border-radius: 1rem; padding: .05rem .7rem; text-decoration: none; font-size: .85rem; color: var(--ink); max-width: 100%; overflow-wrap: anywhere; }
.chips a:hover { background: var(--soft); }
.rows { overflow: auto; max-height: 80vh; border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; }
.rows table { margin: 0; width: 100%; }
.rows caption { position: absolute; left: -100rem; }
.rows thead th { position: sticky; top: 0; background: var(--soft); box-shadow: inset 0 -1px var(--edge); z-index: 1; white-space: nowrap; }
.rows th, .rows td { padding-left: .6rem; }
.rows tr:focus-within { background: var(--soft); }
td.long { min-width: 14rem; overflow-wrap: anywhere; }
.rows td { overflow-wrap: anywhere; min-width: 7.5rem; }
.rows td.number, .rows td.time { min-width: 0; overflow-wrap: normal; }
table.top { width: 100%; } table.top th { width: 100%; }
section > .scroll { margin-top: 0; }
.beside { grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
.beside h2 { margin-top: 1rem; }
td .mono, td.mono { font-size: .8rem; }
.pages { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; margin: .75rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr)); gap: .75rem; margin: .75rem 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .8rem; }
.tiles strong { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tiles span { color: var(--dim); font-size: .85rem; }
.tag { display: inline-block; border: 1px solid var(--edge); border-radius: 4px; padding: 0 .35rem; font-size: .8rem; white-space: nowrap; }
.tag.good { border-color: var(--good); } .tag.warn { border-color: var(--warn); } .tag.bad { border-color: var(--bad); }
pre.tall { max-height: 24rem; overflow: auto; }
@media (max-width: 40rem) { .fields { grid-template-columns: repeat(2, minmax(0, 1fr)); } form.filters { padding: .4rem .6rem .5rem; } .masthead { margin: 0 -.75rem; padding: .5rem .75rem; } td.long { min-width: 22rem; } .trail li[aria-current] { max-width: 20ch; } .rows { max-height: none; } }
`;

/** The sheet of every page here. */
export const SHEET = STYLE + OWN_STYLE;

export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0550ae"/><path d="M2 10q2-2 4 0t4 0 4 0M2 6q2-2 4 0t4 0 4 0" fill="none" stroke="#fff" stroke-width="1.5"/></svg>';

/** What is better with a script: keys, addresses without what is empty, ids to copy, word of what is new. Nothing needs it. */
export const SCRIPT = `'use strict';
const one = (selector) => document.querySelector(selector);
const rows = () => [...document.querySelectorAll('.rows tbody tr')].flatMap((row) => row.querySelector('a') ?? []);
const stored = { get: () => { try { return localStorage.getItem('keys') !== 'off'; } catch { return true; } }, set: (on) => { try { localStorage.setItem('keys', on ? 'on' : 'off'); } catch {} } };
let keysOn = stored.get();
const toRow = (step) => {
  const all = rows();
  const row = all.indexOf(document.activeElement.closest?.('tr')?.querySelector('a'));
  all[row < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, row + step))]?.focus();
};
const toPage = (name) => { const link = one('link[rel=' + name + ']'); if (link) location.assign(link.href); };
const toPart = (name) => one('[data-part=' + name + ']')?.click();
const help = () => { const keys = one('#keys'); keys.open = true; keys.querySelector('summary').focus(); };
const KEYS = {
  '/': () => one('[name=text]')?.focus(), j: () => toRow(1), k: () => toRow(-1), n: () => toPage('next'), p: () => toPage('prev'),
  o: () => toPart('overview'), e: () => toPart('events'), q: () => toPart('questions'), x: () => toPart('quarantine'), h: () => toPart('health'), '?': help,
};
document.addEventListener('keydown', (event) => {
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '');
  if (!keysOn || isTyping || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});
const keysSwitch = one('#keys-on');
if (keysSwitch) {
  one('#keys-switch').hidden = false;
  keysSwitch.checked = keysOn;
  keysSwitch.addEventListener('change', () => { keysOn = keysSwitch.checked; stored.set(keysOn); });
}
for (const form of document.forms) {
  form.addEventListener('formdata', ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === '') formData.delete(name);
  });
}
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = 'Copied';
  });
}
const version = one('#version');
const look = async () => {
  if (document.hidden) return;
  const found = await fetch('/version.json').then((answer) => answer.json()).catch(() => null);
  if (typeof found?.version !== 'number' || found.version <= Number(version.dataset.version)) return;
  const newer = one('#newer');
  newer.textContent = 'The lake has something new: version ' + found.version + '. Load the page again to see it.';
  newer.hidden = false;
};
if (version) setInterval(look, 30000);
`;
