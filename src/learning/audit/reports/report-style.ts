/** The rules of the audit's page besides those that all pages share. */
export const reportStyle = `
.verdict { margin: 22px 0 18px; padding: 16px 20px; background: var(--surface); border: 1px solid var(--line); border-left: 5px solid var(--muted); border-radius: 10px }
.verdict.yes { border-left-color: var(--accent) }
.verdict.measure-first { border-left-color: var(--warm) }
.verdict.no { border-left-color: var(--bad) }
.verdict p { font-size: 16px; margin: 2px 0 }
.verdict .answer { font-size: 13px; font-weight: 700; letter-spacing: .08em; color: var(--muted) }
.verdict.yes .answer { color: var(--accent) }
.verdict.measure-first .answer { color: var(--warm) }
.verdict.no .answer { color: var(--bad) }
.verdict .models { font-size: 20px; font-weight: 650; letter-spacing: -.01em; margin: 4px 0 8px; overflow-wrap: anywhere }
.verdict p.muted { font-size: 14px; margin: -6px 0 8px }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.next { margin: 18px 0 0; padding: 14px 20px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px }
.next h2 { margin: 0 0 6px; font-size: 15px }
.next pre { margin: 8px 0; padding: 10px 12px; background: var(--faint); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 0 }
.cards > div { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 12px 14px }
dt { color: var(--muted); font-size: 13px }
dd { margin: 0; color: var(--muted); font-size: 12.5px; line-height: 1.4; overflow-wrap: anywhere }
dd.figure { color: var(--text); font-size: 25px; font-weight: 650; letter-spacing: -.02em; line-height: 1.35; font-variant-numeric: tabular-nums }
figure svg { font-size: 12.5px }
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
  .cards > div { break-inside: avoid }
  .bar-simple, .bar-other, .band, tr.marked { print-color-adjust: exact }
}
`
