/** The look of the report: one column, calm, dark where the reader's system is, and on paper always light. */
export const reportStyle = `
:root {
  --background: #fbfbfa; --surface: #ffffff; --text: #1b2027; --muted: #5b6570; --line: #dde1e6; --faint: #eef0f3;
  --accent: #0b6b58; --accent-soft: #0b6b5826; --warm: #a15c07; --bad: #a8322d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #0e1217; --surface: #151b22; --text: #e7edf3; --muted: #9ba8b5; --line: #2a333d; --faint: #1d252e;
    --accent: #4cc3a5; --accent-soft: #4cc3a530; --warm: #e3a94f; --bad: #f08a80;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--background); color: var(--text); font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif }
main { max-width: 860px; margin: 0 auto; padding: 32px 20px 72px }
h1 { font-size: 27px; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 4px }
h2 { font-size: 18px; margin: 44px 0 8px; letter-spacing: -.01em }
h3 { font-size: 14px; margin: 20px 0 6px }
p { margin: 6px 0; overflow-wrap: anywhere }
ul, ol { margin: 6px 0; padding-left: 20px }
li { margin: 4px 0; overflow-wrap: anywhere }
.muted, figcaption { color: var(--muted) }
.verdict { margin: 22px 0 18px; padding: 16px 20px; background: var(--surface); border: 1px solid var(--line); border-left: 5px solid var(--muted); border-radius: 10px }
.verdict.yes { border-left-color: var(--accent) }
.verdict.measure-first { border-left-color: var(--warm) }
.verdict.no { border-left-color: var(--bad) }
.verdict p { font-size: 16px; margin: 2px 0 }
.verdict .answer { font-size: 13px; font-weight: 700; letter-spacing: .08em; color: var(--muted) }
.verdict.yes .answer { color: var(--accent) }
.verdict.measure-first .answer { color: var(--warm) }
.verdict.no .answer { color: var(--bad) }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 0 }
.cards > div { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px }
dt { color: var(--muted); font-size: 13px }
dd { margin: 0; color: var(--muted); font-size: 12.5px; line-height: 1.4; overflow-wrap: anywhere }
dd.figure { color: var(--text); font-size: 25px; font-weight: 650; letter-spacing: -.02em; line-height: 1.35; font-variant-numeric: tabular-nums }
figure { margin: 10px 0 14px; padding: 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px }
figure svg { width: 100%; height: auto; display: block; font-size: 12.5px; font-variant-numeric: tabular-nums }
figcaption { font-size: 13px; margin-top: 6px }
.narrow { display: none }
.grid { stroke: var(--faint); stroke-width: 1 }
.axis { stroke: var(--muted); stroke-width: 1 }
.tick { fill: var(--muted) }
.mark { fill: var(--text); font-weight: 600; paint-order: stroke; stroke: var(--surface); stroke-width: 4px; stroke-linejoin: round }
.band { fill: var(--accent-soft) }
.line { fill: none; stroke: var(--accent); stroke-width: 2.4; stroke-linejoin: round; stroke-linecap: round }
.limit { stroke: var(--bad); stroke-width: 1.4; stroke-dasharray: 6 4; fill: none }
.drop { stroke: var(--warm); stroke-width: 1.4; stroke-dasharray: 3 4; fill: none }
.dot { fill: var(--warm); stroke: var(--surface); stroke-width: 2 }
.drop.guarantee { stroke: var(--text) }
.dot.guarantee { fill: var(--text) }
.bar-simple { fill: var(--accent) }
.bar-other { fill: var(--muted); opacity: .45 }
.bar-empty { fill: var(--faint) }
.share { display: block; width: 64px; height: 5px; margin: 2px 0 0 auto; border-radius: 2px }
.scroll { overflow-x: auto; margin: 8px 0 }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--muted); font-size: 13px; padding: 4px 0 }
th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
th:first-child { text-align: left; padding-left: 2px }
thead th { color: var(--muted); font-weight: 600; font-size: 12.5px }
tbody th { font-weight: 600; max-width: 260px; overflow: hidden; text-overflow: ellipsis }
tr.marked { background: var(--accent-soft) }
.segments { display: grid; grid-template-columns: 1fr; gap: 6px }
.prompts { list-style: none; padding: 0 }
.prompts li { padding: 6px 0; border-bottom: 1px solid var(--line) }
.winrate { color: var(--muted); font-variant-numeric: tabular-nums; margin-right: 6px }
.rules { list-style: none; padding: 0 }
.rules li { display: flex; gap: 10px }
.sign { font-weight: 700; width: 1em; flex: none; color: var(--muted) }
.for .sign { color: var(--accent) }
.against .sign { color: var(--bad) }
@media (max-width: 640px) {
  main { padding: 20px 14px 48px }
  h1 { font-size: 22px }
  .cards { grid-template-columns: repeat(2, 1fr) }
  .wide { display: none }
  .narrow { display: block }
  figure { padding: 8px }
}
@media print {
  :root {
    --background: #ffffff; --surface: #ffffff; --text: #111111; --muted: #555555; --line: #cccccc; --faint: #e8e8e8;
    --accent: #0b6b58; --accent-soft: #0b6b5826; --warm: #a15c07; --bad: #a8322d;
  }
  main { max-width: none; padding: 0 }
  section, figure, .cards > div, .scroll { break-inside: avoid }
  .scroll { overflow: visible }
  .bar-simple, .bar-other, .band, tr.marked { print-color-adjust: exact }
}
`
