import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCounter, createGauge } from './counter.ts'
import { renderMetrics } from './exposition.ts'
import { createHistogram } from './histogram.ts'

type Sample = { name: string; labels: Record<string, string>; value: number }
type Family = { name: string; help: string; type: string; samples: Sample[] }

/** Reads the text format 0.0.4 by its published grammar; throws on anything else. */
function parseExposition(text: string): Family[] {
  expect(text.endsWith('\n')).toBe(true)
  const families: Family[] = []
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue
    const help = /^# HELP ([a-zA-Z_:][\w:]*) (.*)$/.exec(line)
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)$/.exec(line)
    if (help !== null) families.push({ name: help[1]!, help: unescaped(help[2]!), type: '', samples: [] })
    else if (type !== null) {
      expect(families.at(-1)).toMatchObject({ name: type[1], type: '', samples: [] })
      families.at(-1)!.type = type[2]!
    } else {
      const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s.exec(line)
      if (sample === null) throw new Error(`no sample: ${line}`)
      families.at(-1)!.samples.push({
        name: sample[1]!,
        labels: parseLabels(sample[2] ?? ''),
        value: sample[3] === '+Inf' ? Number.POSITIVE_INFINITY : Number(sample[3]),
      })
    }
  }
  return families
}

function parseLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  let rest = text
  while (rest !== '') {
    const label = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"(?:,|$)/.exec(rest)
    if (label === null) throw new Error(`no label: ${rest}`)
    labels[label[1]!] = unescaped(label[2]!)
    rest = rest.slice(label[0].length)
  }
  return labels
}

function unescaped(text: string): string {
  return text.replace(/\\([\\n"])/g, (_match, escaped: string) => (escaped === 'n' ? '\n' : escaped))
}

describe('a counter', () => {
  it('property: any label values come back as they were, and their amounts add up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.nat(100)), { maxLength: 20 }),
        (amounts) => {
          const counter = createCounter({ name: 'c_total', help: 'h', labelNames: ['model'] })
          const expected = new Map<string, number>()
          for (const [model, amount] of amounts) {
            counter.add(amount, model)
            expected.set(model, (expected.get(model) ?? 0) + amount)
          }
          const [family] = parseExposition(renderMetrics([counter]))
          const found = new Map(family!.samples.map(({ labels, value }) => [labels.model, value]))
          expect(found).toEqual(expected)
        },
      ),
      { seed: 5 },
    )
  })

  it('escapes quotes, backslashes and line feeds in label values, and the last two in its help', () => {
    const counter = createCounter({ name: 'c_total', help: 'a\\b\n"c"', labelNames: ['a', 'b'] })
    counter.add(2, 'x"\\\n', '')
    counter.add(1.5, 'y', 'z')
    expect(counter.render()).toBe(
      '# HELP c_total a\\\\b\\n"c"\n# TYPE c_total counter\nc_total{a="x\\"\\\\\\n",b=""} 2\nc_total{a="y",b="z"} 1.5',
    )
  })
})

describe('a gauge', () => {
  it('is read when it is rendered', () => {
    let value = 1
    const gauge = createGauge({ name: 'g', help: 'h' }, () => value)
    value = 3
    expect(gauge.render()).toBe('# HELP g h\n# TYPE g gauge\ng 3')
  })
})

describe('a histogram', () => {
  it('has cumulative buckets with inclusive bounds, +Inf, sum and count', () => {
    const histogram = createHistogram({ name: 'h', help: 'H', labelName: 'model', buckets: [0.1, 1] })
    for (const value of [0.0625, 1, 5]) histogram.observe(value, 'm')
    expect(histogram.render()).toBe(
      [
        '# HELP h H',
        '# TYPE h histogram',
        'h_bucket{le="0.1",model="m"} 1',
        'h_bucket{le="1",model="m"} 2',
        'h_bucket{le="+Inf",model="m"} 3',
        'h_sum{model="m"} 6.0625',
        'h_count{model="m"} 3',
      ].join('\n'),
    )
  })

  it('without a label has its series from the start, with a label none before an observation', () => {
    const plain = createHistogram({ name: 'h', help: 'H', labelName: null, buckets: [1] })
    expect(plain.render()).toContain('h_bucket{le="+Inf"} 0\nh_sum 0\nh_count 0')
    const labelled = createHistogram({ name: 'h', help: 'H', labelName: 'model', buckets: [1] })
    expect(labelled.render()).toBe('# HELP h H\n# TYPE h histogram')
  })

  it('property: its buckets never descend, and +Inf is the count', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 2000, noNaN: true })), (values) => {
        const histogram = createHistogram({ name: 'h', help: 'H', labelName: null, buckets: [0.01, 1, 900] })
        for (const value of values) histogram.observe(value, '')
        const [family] = parseExposition(renderMetrics([histogram]))
        const buckets = family!.samples.filter(({ name }) => name === 'h_bucket')
        for (const { labels, value } of buckets) {
          const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
          expect(value).toBe(values.filter((observed) => observed <= bound).length)
        }
        expect(family!.samples.at(-1)).toEqual({ name: 'h_count', labels: {}, value: values.length })
      }),
      { seed: 6 },
    )
  })
})
