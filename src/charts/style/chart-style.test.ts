import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { chartStyle, formatFileStyle } from './chart-style.ts'
import { palettes } from './palette.ts'

const readPage = (file: string) =>
  readFileSync(new URL(`../../../web/styles/${file}`, import.meta.url), 'utf8')

it('the page has these colours and no others', () => {
  const tokens = readPage('tokens.css')
  const found = [...tokens.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)]
  expect(Object.fromEntries(found.map(([, name, light]) => [name, light]))).toEqual(palettes.light)
  expect(Object.fromEntries(found.map(([, name, , dark]) => [name, dark]))).toEqual(palettes.dark)
})

it('the page has these rules', () => {
  expect(readPage('charts.css')).toContain(chartStyle)
})

it('a file has its colours in it, of the scheme that it is drawn for', () => {
  const [light, dark, auto] = [formatFileStyle('light'), formatFileStyle('dark'), formatFileStyle('auto')]
  expect(light).toContain(palettes.light['series-1'])
  expect(light).not.toContain(palettes.dark['series-1'])
  expect(dark).not.toContain(palettes.light['series-1'])
  expect(auto).toBe(`${light}@media (prefers-color-scheme: dark){${dark}}`)
  expect(auto).not.toContain('var(')
})

it.each(['light', 'dark'] as const)('has readable colours in %s', (scheme) => {
  const { surface, ground, ...colours } = palettes[scheme]
  for (const [name, colour] of Object.entries(colours)) {
    if (/line|raised|ground|on-/.test(name)) continue
    expect(contrast(colour, surface), name).toBeGreaterThanOrEqual(4.5)
    if (!name.startsWith('series')) expect(contrast(colour, ground), name).toBeGreaterThanOrEqual(4.5)
  }
  expect(contrast(colours['on-accent'], colours.accent)).toBeGreaterThanOrEqual(4.5)
})

/** WCAG's contrast ratio. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light! + 0.05) / (dark! + 0.05)
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
