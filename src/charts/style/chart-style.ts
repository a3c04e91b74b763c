import { type ColourScheme, palettes } from './palette.ts'

/**
 * The rules of every chart. web/styles/charts.css is generated from it; reports and files have it within them. A series sets
 * `color`, and what is drawn of it takes that colour.
 */
export const chartStyle = `svg.chart {
  display: block;
  width: 100%;
  height: auto;
  overflow: visible;
}
${formatDrawingRules()}`

/** The rules for what is drawn, without those for the place of a chart in a page. */
function formatDrawingRules(): string {
  return `.chart text {
  fill: var(--quiet);
  font-size: 11px;
}
.chart .axis {
  stroke: var(--line);
}
.chart .base,
.chart .zero,
.chart .leader {
  stroke: var(--quiet);
}
.chart .leader {
  stroke-width: 0.6;
}
.chart .line {
  fill: none;
  stroke: currentColor;
  stroke-width: 1.8;
  stroke-linejoin: round;
}
.chart .dashed {
  stroke-width: 1.4;
  stroke-dasharray: 5 4;
}
.chart .dotted {
  stroke-width: 1.4;
  stroke-dasharray: 1.5 3;
}
.chart .dash-dotted {
  stroke-width: 1.4;
  stroke-dasharray: 7 3 2 3;
}
.chart .ribbon {
  fill: currentColor;
  fill-opacity: 0.15;
}
.bar {
  fill: currentColor;
}
.chart .interval {
  stroke: currentColor;
  stroke-width: 1.4;
}
.chart .point {
  fill: currentColor;
  stroke: var(--surface);
  stroke-width: 1.5;
}
.chart .level {
  stroke: currentColor;
  stroke-dasharray: 2 4;
}
.chart .marker line {
  stroke: var(--text);
  stroke-dasharray: 2 3;
}
.chart .point-label,
.chart .legend-entry text,
.chart .marker text {
  fill: var(--text);
}
.chart .point-label,
.chart .level-label,
.chart .marker text {
  stroke: var(--surface);
  stroke-width: 3;
  stroke-linejoin: round;
  paint-order: stroke;
}
.meter {
  display: block;
  width: 100%;
  height: 6px;
  margin-top: 3px;
}
.meter .track {
  fill: var(--ground);
}
${seriesRules()}.series-none {
  color: var(--quiet);
}
.series-text {
  color: var(--text);
}
.series-bad {
  color: var(--bad);
}
.series-good {
  color: var(--good);
}
.series-warn {
  color: var(--warn);
}
`
}

function seriesRules(): string {
  const names = Object.keys(palettes.light).filter((name) => name.startsWith('series-'))
  return names.map((name) => `.${name} {\n  color: var(--${name});\n}\n`).join('')
}

/** The rules with their colours in them, for a picture in a file: not every program that shows SVG knows custom properties. */
export function formatFileStyle(scheme: ColourScheme): string {
  if (scheme === 'auto')
    return `${formatFileStyle('light')}@media (prefers-color-scheme: dark){${formatFileStyle('dark')}}`
  const rules = `${formatDrawingRules()}.surface{fill:var(--surface)}.chart .heading{fill:var(--text);font-size:16px;font-weight:600}`
  const colours: Readonly<Record<string, string>> = palettes[scheme]
  return rules
    .replaceAll(/var\(--([\w-]+)\)/g, (_, name: string) => colours[name] ?? 'none')
    .replaceAll(/\s*([{};:,])\s+/g, '$1')
    .replaceAll(';}', '}')
}
