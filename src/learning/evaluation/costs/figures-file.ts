import { readRegularFile } from '../../../base/files/read-file.ts'
import { InvalidRequestError } from '../../../errors.ts'
import type { PriceTable, TokenPrices } from '../../../routing/catalogue/prices.ts'
import type { ResourceFigure, ResourceFigures } from './resource-report.ts'

type JsonObject = { readonly [key: string]: unknown }

/**
 * A dated price table: `{"date", "source", "models": {"name": {"inputUsdPerMillionTokens",
 * "outputUsdPerMillionTokens"}}}`.
 *
 * @param param the option that names the file, for messages.
 *
 * Throws `InvalidRequestError` (`bad-figures`), naming the file and the fault.
 */
export async function readPriceTable(file: string, param = '--costs'): Promise<PriceTable> {
  const table = await readFiguresFile(file, param)
  if (typeof table.date !== 'string' || !/^\d{4}-\d\d-\d\d/.test(table.date))
    throw bad(file, param, 'needs "date", the day of the prices, such as "2026-11-01"')
  return {
    asOf: table.date,
    source: sourceOf(table, file, param),
    models: Object.fromEntries(
      modelsOf(table, file, param).map(([model, value]): [string, TokenPrices] => [
        model,
        {
          inputUsdPerMillionTokens: price(value, 'inputUsdPerMillionTokens', model),
          outputUsdPerMillionTokens: price(value, 'outputUsdPerMillionTokens', model),
        },
      ]),
    ),
  }

  function price(value: JsonObject, key: string, model: string): number {
    const found = value[key]
    if (typeof found === 'number' && Number.isFinite(found) && found >= 0) return found
    throw bad(file, param, `needs "${key}" of ${model}, a number of 0 or more, got ${JSON.stringify(found)}`)
  }
}

const figureKeys = {
  Wh: { param: '--energy', perRequest: 'wattHoursPerRequest', perTokens: 'wattHoursPerThousandTokens' },
  ms: {
    param: '--latency',
    perRequest: 'millisecondsPerRequest',
    perTokens: 'millisecondsPerThousandTokens',
  },
} as const

/**
 * Watt-hours or milliseconds by model, per request or per 1,000 tokens: `{"source", "models": {"name":
 * {"wattHoursPerRequest": 3}}}`.
 *
 * Throws `InvalidRequestError` (`bad-figures`), naming the file and the fault.
 */
export async function readResourceFigures(file: string, unit: 'Wh' | 'ms'): Promise<ResourceFigures> {
  const { param, perRequest, perTokens } = figureKeys[unit]
  const table = await readFiguresFile(file, param)
  return {
    unit,
    source: sourceOf(table, file, param),
    models: Object.fromEntries(
      modelsOf(table, file, param).map(([model, value]): [string, ResourceFigure] => {
        const given = [perRequest, perTokens].filter((key) => value[key] !== undefined)
        const [key = ''] = given
        const found = value[key]
        if (given.length !== 1 || typeof found !== 'number' || !Number.isFinite(found) || found <= 0)
          throw bad(
            file,
            param,
            `needs one of "${perRequest}" and "${perTokens}" of ${model}, a number above 0, got ${JSON.stringify(value)}`,
          )
        return [model, { kind: key === perRequest ? 'per-request' : 'per-thousand-tokens', value: found }]
      }),
    ),
  }
}

async function readFiguresFile(file: string, param: string): Promise<JsonObject> {
  let value: unknown
  try {
    value = JSON.parse((await readRegularFile(file)).toString('utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw bad(file, param, `cannot be read as JSON (${reason})`)
  }
  if (isObject(value)) return value
  throw bad(file, param, 'is not a JSON object')
}

function sourceOf(table: JsonObject, file: string, param: string): string {
  const { source } = table
  if (typeof source === 'string' && source.trim() !== '') return source
  throw bad(file, param, 'needs "source": where the figures are from, so that a reader can look them up')
}

function modelsOf(table: JsonObject, file: string, param: string): [string, JsonObject][] {
  const { models } = table
  if (!isObject(models)) throw bad(file, param, 'needs "models", an object of figures by model')
  return Object.entries(models).map(([model, value]) => {
    if (isObject(value)) return [model, value]
    throw bad(file, param, `needs an object of figures for ${model}, got ${JSON.stringify(value)}`)
  })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(file: string, param: string, what: string): InvalidRequestError {
  return new InvalidRequestError('bad-figures', `${param} ${file} ${what}. docs/evaluation.md shows one.`, {
    param,
  })
}
