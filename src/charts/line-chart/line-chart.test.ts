import { h } from 'preact'
import { expect, it } from 'vitest'
import { renderMarkup } from '../render-markup.ts'
import { findPlot } from './find-plot.ts'
import { LineChart } from './line-chart.tsx'
import type { LineChartProps } from './line-chart-props.ts'

const props: LineChartProps = {
  width: 400,
  height: 240,
  title: 'Cost against quality',
  xAxis: { label: 'dollars', format: (value) => `$${value}`, domain: [0, 10] },
  yAxis: { label: 'quality', format: (value) => `${value} %`, domain: [0, 100] },
  series: [
    {
      name: 'router',
      className: 'series-0',
      points: [
        { x: 0, y: 40, low: 30, high: 50 },
        { x: 10, y: 90, low: -20, high: 95 },
      ],
    },
    {
      name: 'random',
      className: 'series-7',
      isDashed: true,
      points: [
        { x: 0, y: 40 },
        { x: 10, y: 80 },
      ],
    },
  ],
}

const draw = (changes: Partial<LineChartProps> = {}) => renderMarkup(h(LineChart, { ...props, ...changes }))

it('draws lines and ribbons, clipped to the plot', () => {
  const plot = findPlot(props)
  const svg = draw()
  expect(svg).toContain(`d="M${plot.left} ${plot.toY(40)}L${plot.right} ${plot.toY(90)}"`)
  expect(svg).toContain(
    `class="ribbon series-0" d="M${plot.left} ${plot.toY(50)}L${plot.right} ${plot.toY(95)}L${plot.right} ${plot.bottom}L${plot.left} ${plot.toY(30)}Z"`,
  )
  expect(svg.match(/class="ribbon/g)).toHaveLength(1)
  expect(svg).toContain('class="line series-7 dashed"')
})

it('writes ticks with their units and the labels of the axes', () => {
  for (const text of ['$10<', '100 %<', '>dollars<', '>quality<']) expect(draw()).toContain(text)
})

it('has a legend only for several lines, unless it is asked for', () => {
  expect(draw()).toContain('legend-entry')
  expect(draw({ series: props.series.slice(0, 1) })).not.toContain('legend-entry')
  expect(draw({ hasLegend: false })).not.toContain('legend-entry')
})

it('draws a marker and leaves out one beyond the axis', () => {
  expect(draw({ marker: { x: 5, label: 'in service' } })).toContain('>in service<')
  expect(draw({ marker: { x: 50, label: 'in service' } })).not.toContain('in service')
})

it('draws a level with its label, within the axis', () => {
  const level = { y: 120, label: '5 % allowed', className: 'series-bad' }
  const { domain: _, ...yAxis } = props.yAxis
  const svg = draw({ yAxis, levels: [level] })
  expect(svg).toContain('>5 % allowed<')
  expect(findPlot({ ...props, yAxis, levels: [level] }).yScale.domain[1]).toBeGreaterThanOrEqual(120)
  expect(draw({ levels: [level] })).not.toContain('5 % allowed')
})

it('gives no room to a few intervals that are much wider than the others, and all room if all are wide', () => {
  const { domain: _, ...yAxis } = props.yAxis
  const highestOf = (widthAt: (x: number) => number) => {
    const points = Array.from({ length: 11 }, (_, x) => ({
      ...{ x, y: 40 + x, low: 40 + x - widthAt(x), high: 40 + x + widthAt(x) },
    }))
    const series = [{ name: 'a', className: 'series-0', points }]
    return findPlot({ ...props, yAxis, series }).yScale.domain[1]
  }
  expect(highestOf((x) => (x === 3 ? 500 : 4))).toBe(highestOf((x) => (x === 3 ? 20 : 4)))
  expect(highestOf(() => 500)).toBeGreaterThanOrEqual(550)
})

it('interrupts a line where a value is missing', () => {
  const points = [1, 2, Number.NaN, 4, 5].map((y, x) => ({ x, y }))
  const path = /class="line series-0" d="([^"]+)"/.exec(
    draw({ series: [{ name: 'a', className: 'series-0', points }] }),
  )?.[1]
  expect(path?.match(/M/g)).toHaveLength(2)
})

it('has no style of its own and no script, whatever the names are', () => {
  const name = '</text><script>alert(1)</script>\u202e\u0000" onload="x]]>'
  const svg = draw({
    title: name,
    series: [{ ...props.series[0]!, name }, props.series[1]!],
    points: [{ x: 5, y: 50, name, className: 'series-1' }],
    marker: { x: 5, label: name },
  })
  for (const part of ['<script', 'style=', '\u0000', '\u202e', ']]>']) expect(svg).not.toContain(part)
  expect(svg).not.toMatch(/<[^<>]*" onload/)
})

it('tells the value at a place of the pointer, not beyond the axis', () => {
  const { fromX, left, right } = findPlot(props)
  expect(fromX((left + right) / 2)).toBeCloseTo(5)
  expect(fromX(-50)).toBe(0)
  expect(fromX(5000)).toBe(10)
})
