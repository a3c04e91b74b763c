import { z } from 'zod'
import { ConfigError } from '../../../../errors.ts'
import type { RequestObserver, RequestRecord } from '../../../../gateway/request-record.ts'
import { createCounter, createLabelledGauge, maxSeries, otherLabel, type ReadSample } from '../counter.ts'
import type { Metric } from '../exposition.ts'

/** Metrics of the user's own module. */
export type CustomMetrics = { readonly metrics: readonly Metric[]; readonly observe: RequestObserver }

const word = z.string().regex(/^[a-z_][a-z0-9_]*$/, { error: 'must be of a-z, 0-9 and _' })

const declaration = z
  .strictObject({
    name: word.refine((name) => !name.startsWith('routellm_'), { error: 'may not begin with routellm_' }),
    type: z.enum(['counter', 'gauge']),
    help: z.string().min(1),
    labels: z.array(word).max(5).default([]),
  })
  .refine(({ name, type }) => name.endsWith('_total') === (type === 'counter'), {
    error: 'a counter, and nothing else, ends with _total',
    path: ['name'],
  })

/** What a module exports. */
const moduleSchema = z.object({
  metrics: z
    .array(declaration)
    .min(1)
    .max(100)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
      error: 'two have one name',
    }),
  default: z.custom<(record: RequestRecord) => unknown>((value) => typeof value === 'function', {
    error: 'must be a function of a finished request',
  }),
})

const samplesSchema = z
  .array(
    z.strictObject({
      name: z.string(),
      value: z.number(),
      labels: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
    }),
  )
  .nullish()

/**
 * The metrics that a module declares, filled by its function. What the function throws, and what it returns that is no list of
 * samples, is thrown by `observe`, where it is counted.
 *
 * @param exports what the module exports. @param file its name, for messages.
 * @throws ConfigError `bad-metrics-module`.
 */
export function createCustomMetrics(exports: unknown, file: string): CustomMetrics {
  const parsed = moduleSchema.safeParse(exports)
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the module'}: ${message}`,
    )
    throw new ConfigError(
      'bad-metrics-module',
      `The module ${file} exports no metrics: ${faults.join('; ')}. It exports metrics: [{ name, type, help, labels }] and a default function (record) => [{ name, value, labels }].`,
      { param: 'metrics.module' },
    )
  }
  const metrics = new Map(
    parsed.data.metrics.map((each) => [
      each.name,
      each.type === 'counter' ? createCustomCounter(each) : createCustomGauge(each),
    ]),
  )
  return {
    metrics: [...metrics.values()].map(({ metric }) => metric),
    observe(record) {
      for (const { name, value, labels } of samplesSchema.parse(parsed.data.default(record)) ?? []) {
        const metric = metrics.get(name)
        if (metric === undefined) throw new Error(`the metrics module has no metric "${name}"`)
        metric.add(value, labels)
      }
    },
  }
}

type Labels = Readonly<Record<string, string | number | boolean | null>>
type Declaration = z.output<typeof declaration>
type CustomMetric = { readonly metric: Metric; add(value: number, labels: Labels): void }

function createCustomCounter({ name, help, labels: labelNames }: Declaration): CustomMetric {
  const counter = createCounter<readonly string[]>({ name, help, labelNames })
  return {
    metric: counter,
    add(value, labels) {
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
        throw new Error(`the counter "${name}" was given ${value}; it takes a number of 0 or more`)
      counter.add(value, ...toValues(labelNames, labels))
    },
  }
}

function createCustomGauge({ name, help, labels: labelNames }: Declaration): CustomMetric {
  const values = new Map<string, ReadSample>()
  return {
    metric: createLabelledGauge({ name, help, labelNames }, () => [...values.values()]),
    add(value, labels) {
      const own = toValues(labelNames, labels)
      const key = JSON.stringify(own)
      const isNew = !values.has(key)
      // One place is for all that find none.
      const shown = isNew && values.size >= maxSeries - 1 ? own.map(() => otherLabel) : own
      values.set(shown === own ? key : otherLabel, [value, ...shown])
    },
  }
}

/** Labels that are absent, or null, are empty. */
function toValues(names: readonly string[], labels: Labels): readonly string[] {
  return names.map((name) => String(labels[name] ?? ''))
}
