/** The rules of the audit's page besides those that all reports share. */
export const reportStyle = `
.verdict { margin: 22px 0 18px; padding: 16px 20px; background: var(--surface); border: 1px solid var(--line); border-left: 5px solid var(--quiet); border-radius: 8px }
.verdict.yes { border-left-color: var(--good) }
.verdict.measure-first { border-left-color: var(--warn) }
.verdict.no { border-left-color: var(--bad) }
.verdict p { font-size: 16px; margin: 2px 0 }
.verdict .answer { font-size: 13px; font-weight: 700; letter-spacing: .08em; color: var(--quiet) }
.verdict.yes .answer { color: var(--good) }
.verdict.measure-first .answer { color: var(--warn) }
.verdict.no .answer { color: var(--bad) }
.verdict .models { font-size: 20px; font-weight: 650; letter-spacing: -.01em; margin: 4px 0 8px; overflow-wrap: anywhere }
.verdict p.quiet { font-size: 14px; margin: -6px 0 8px }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.next { margin: 18px 0 0; padding: 14px 20px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px }
.next h2 { margin: 0 0 6px; font-size: 15px }
.next pre { margin: 8px 0; padding: 10px 12px; background: var(--ground); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 0 }
.cards > div { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px }
dt { color: var(--quiet); font-size: 13px }
dd { margin: 0; color: var(--quiet); font-size: 12.5px; line-height: 1.4; overflow-wrap: anywhere }
dd.figure { color: var(--text); font-size: 25px; font-weight: 650; letter-spacing: -.02em; line-height: 1.35; font-variant-numeric: tabular-nums }
.faint { opacity: .5 }
td .meter { width: 64px; margin: 2px 0 0 auto }
td .meter .track { fill: var(--line) }
tr.marked { background: var(--accent-ground) }
.prompts { list-style: none; padding: 0 }
.prompts li { padding: 6px 0; border-bottom: 1px solid var(--line) }
.winrate { color: var(--quiet); font-variant-numeric: tabular-nums; margin-right: 6px }
.rules { list-style: none; padding: 0 }
.rules li { display: flex; gap: 10px }
.sign { font-weight: 700; width: 1em; flex: none; color: var(--quiet) }
.for .sign { color: var(--good) }
.against .sign { color: var(--bad) }
@media screen and (max-width: 640px) {
  .cards { grid-template-columns: repeat(2, 1fr) }
}
@media print {
  .cards > div { break-inside: avoid }
  .bar, .ribbon, tr.marked { print-color-adjust: exact }
}
`
