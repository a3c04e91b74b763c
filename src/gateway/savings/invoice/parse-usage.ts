import { z } from 'zod'
import { DataError } from '../../../errors.ts'
import type { UsageRow } from './usage-row.ts'

const count = z.int().min(0)

/** A line of the form of this package. */
const line = z.strictObject({
  day: z.iso.date(),
  model: z.string().min(1),
  input: count,
  cachedInput: count.default(0),
  output: count,
  usd: z.number().min(0).nullable().default(null),
})

/** A page of OpenAI's usage of completions, grouped by model: `GET /v1/organization/usage/completions?group_by=model`. */
const page = z.object({
  data: z.array(
    z.object({
      start_time: z.number(),
      results: z.array(
        z.object({
          model: z.string({ error: 'missing; ask for the usage with group_by=model' }),
          input_tokens: count,
          input_cached_tokens: count.default(0),
          output_tokens: count,
        }),
      ),
    }),
  ),
})

/**
 * The usage that an upstream states, as JSON Lines `{"day", "model", "input", "cachedInput", "output", "usd"}` or as pages of
 * OpenAI's usage API, one JSON object after the other.
 *
 * @param file its name, for messages.
 * @throws DataError `usage-file` that names the line and what is wrong with it.
 */
export function parseUsage(text: string, file: string): readonly UsageRow[] {
  const whole = parseJson(text)
  if (whole !== undefined && isPage(whole)) return toRowsOfPage(page.safeParse(whole), file)
  const rows = text.split(/\r?\n/).flatMap((each, index) => {
    if (each.trim() === '') return []
    const place = `${file}:${index + 1}`
    const value = parseJson(each)
    if (value === undefined) throw unreadable(place, 'it is no JSON')
    return isPage(value) ? toRowsOfPage(page.safeParse(value), place) : [toRow(line.safeParse(value), place)]
  })
  if (rows.length === 0) throw unreadable(file, 'it is empty')
  return rows
}

function toRow(parsed: z.ZodSafeParseResult<z.output<typeof line>>, place: string): UsageRow {
  if (!parsed.success) throw unreadable(place, describe(parsed.error))
  const { day, model, input, cachedInput, output, usd } = parsed.data
  return {
    day,
    model,
    inputTokens: input,
    cachedTokens: cachedInput,
    outputTokens: output,
    nanoUsd: usd === null ? null : Math.round(usd * 1e9),
  }
}

function toRowsOfPage(
  parsed: z.ZodSafeParseResult<z.output<typeof page>>,
  place: string,
): readonly UsageRow[] {
  if (!parsed.success) throw unreadable(place, describe(parsed.error))
  return parsed.data.data.flatMap(({ start_time: start, results }) =>
    results.map((result) => ({
      day: new Date(start * 1000).toISOString().slice(0, 10),
      model: result.model,
      inputTokens: result.input_tokens,
      cachedTokens: result.input_cached_tokens,
      outputTokens: result.output_tokens,
      nanoUsd: null,
    })),
  )
}

function isPage(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'data' in value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function describe({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'the row'}: ${message}`).join('; ')
}

function unreadable(place: string, fault: string): DataError {
  return new DataError(
    'usage-file',
    `${place} states no usage: ${fault}. A line is {"day": "2026-11-30", "model": "gpt-5", "input": 1200, "cachedInput": 0, "output": 300, "usd": 0.0045}, or a page of OpenAI's usage API.`,
  )
}
