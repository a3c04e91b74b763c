import { chartStyle } from '../../../charts/style/chart-style.ts'
import { formatColours } from '../../../charts/style/palette.ts'

/** The rules that all reports share. On paper the colours are those of the light scheme. */
export const pageStyle = `
:root { color-scheme: light dark; ${formatColours('light')} }
@media screen and (prefers-color-scheme: dark) { :root { ${formatColours('dark')} } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif }
main { max-width: 880px; margin: 0 auto; padding: 32px 20px 72px }
h1 { font-size: 27px; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 4px; overflow-wrap: anywhere }
h2 { font-size: 18px; margin: 40px 0 8px; letter-spacing: -.01em }
h3 { font-size: 14px; margin: 20px 0 6px }
p { margin: 6px 0; overflow-wrap: anywhere }
ul, ol { margin: 6px 0; padding-left: 20px }
li { margin: 4px 0; overflow-wrap: anywhere }
.quiet, figcaption { color: var(--quiet) }
figure { margin: 10px 0 14px; padding: 16px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px }
figcaption { font-size: 13px; margin-top: 8px }
.narrow { display: none }
.scroll { overflow-x: auto; margin: 8px 0 }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--quiet); font-size: 13px; padding: 4px 0 }
th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
th:first-child { text-align: left; padding-left: 2px }
thead th { color: var(--quiet); font-weight: 600; font-size: 12.5px }
tbody th { font-weight: 600; max-width: 260px; overflow: hidden; text-overflow: ellipsis }
@media screen and (max-width: 640px) {
  main { padding: 20px 14px 48px }
  h1 { font-size: 22px }
  figure { padding: 10px 8px }
  .wide { display: none }
  .narrow { display: block }
}
@media print {
  body { background: none }
  main { max-width: none; padding: 0 }
  section, figure, .scroll { break-inside: avoid }
  .scroll { overflow: visible }
}
${chartStyle}.chart { font-variant-numeric: tabular-nums }
`
