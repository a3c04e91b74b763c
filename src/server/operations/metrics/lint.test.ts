import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../gateway/request-record.ts'
import { createCounter, maxSeries } from './counter.ts'
import type { Metric } from './exposition.ts'
import { createHistogram } from './histogram.ts'
import { createMetrics } from './metrics.ts'
import { furtherMetrics, metricsTable } from './reference-table.ts'

const quiet = { isConfigured: () => true, inFlight: () => 0, waiting: () => 0, leftUsd: () => [] }

describe('the exposition, by the rules of promtool check metrics', () => {
  const lines = createMetrics({ ...quiet, droppedLogLines: () => 0, further: furtherMetrics() })
    .render()
    .split('\n')
    .filter((line) => line !== '')
  const heads = lines.flatMap((line) => {
    const found = /^# TYPE (\S+) (\S+)$/.exec(line)
    return found === null ? [] : [{ name: found[1]!, type: found[2]! }]
  })

  it('HELP and TYPE come once for each metric, one after the other, before its samples', () => {
    const names = heads.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThan(30)
    let current = ''
    for (const [index, line] of lines.entries()) {
      const help = /^# HELP (\S+) \S/.exec(line)
      if (help !== null) {
        current = help[1]!
        expect(lines[index + 1]).toMatch(new RegExp(`^# TYPE ${current} `))
      } else if (!line.startsWith('#'))
        expect(line.replace(/(?:_bucket|_sum|_count)?(?:\{.*\})? .*$/, '')).toBe(current)
    }
  })

  it('counters end with _total, and nothing else does; histograms have base units', () => {
    for (const { name, type } of heads) {
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter'])
      expect(name).toMatch(/^routellm_[a-z0-9_]+$/)
      expect(name).not.toMatch(
        /(?:milliseconds|_ms|minutes|kilobytes|megabytes|percent|_bucket|_count|_sum)$/,
      )
      if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    }
  })

  it('the documentation has a row for each, with its labels', () => {
    const rows = metricsTable().split('\n').slice(2)
    expect(rows.map((row) => /^\| `(routellm_\w+)/.exec(row)?.[1])).toEqual(heads.map(({ name }) => name))
    expect(rows.join('\n')).toContain('`routellm_requests_total{route,model,status}` | counter |')
  })

  it('no sample comes twice', () => {
    const samples = lines.filter((line) => !line.startsWith('#')).map((line) => line.replace(/ \S+$/, ''))
    expect(new Set(samples).size).toBe(samples.length)
  })
})

describe('a metric has a bounded number of series', () => {
  const series = (metric: Metric) => metric.render().split('\n').length - 2

  it('a counter, whose further labels share the series "other"', () => {
    const counter = createCounter({ name: 'c_total', help: 'h', labelNames: ['a', 'b'] })
    for (let each = 0; each < 100_000; each++) counter.add(1, `a${each % 400}`, `b${each}`)
    expect(series(counter)).toBe(maxSeries + 1)
    expect(counter.render()).toContain(`c_total{a="other",b="other"} ${100_000 - maxSeries}`)
    counter.add(1, 'a0', 'b0')
    expect(counter.render()).toContain('c_total{a="a0",b="b0"} 2')
  })

  it('a histogram', () => {
    const histogram = createHistogram({ name: 'h_seconds', help: 'h', labelName: 'a', buckets: [] })
    for (let each = 0; each < 100_000; each++) histogram.observe(1, `a${each}`)
    expect(histogram.render()).toContain(`h_seconds_count{a="other"} ${100_000 - maxSeries}`)
    expect(histogram.render().match(/_count/g)).toHaveLength(maxSeries + 1)
  })

  it('case 23: 100,000 tags, keys, tasks and sessions of one record open no series', () => {
    const metrics = createMetrics({ ...quiet, isConfigured: () => false })
    const observe = (each: number) =>
      metrics.observe({
        path: '/v1/chat/completions',
        status: 200,
        model: `p/${each}`,
        attempts: 1,
        task: null,
        policy: null,
        router: null,
        side: null,
        fallback: null,
        overBudget: null,
        call: null,
        otherCalls: [],
        session: `s${each}`,
        key: `k${each}`,
        tags: [`t${each}`],
        ms: { overhead: 1, queued: null, firstByte: null, total: 2 },
      } as unknown as RequestRecord)
    observe(0)
    const before = metrics.render().split('\n').length
    for (let each = 1; each < 100_000; each++) observe(each)
    expect(metrics.render().split('\n')).toHaveLength(before)
  })
})
