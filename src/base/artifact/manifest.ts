import { z } from 'zod'
import { ArtifactError } from '../../errors.ts'
import type { RouterManifest } from './router-artifact.ts'

const formatVersion = 1

/**
 * Checks the content of a `router.json`.
 *
 * @param source named in errors, usually the file's path.
 * @throws ArtifactError `manifest-invalid`, naming every invalid field with its value and the expected one;
 *   `artifact-too-new` if a later release wrote it.
 */
export function parseManifest(json: unknown, source: string): RouterManifest {
  if (isNewer(json))
    throw new ArtifactError(
      'artifact-too-new',
      `${source} has formatVersion ${json.formatVersion}, and this release reads up to ${formatVersion}. Upgrade: npm install routellm@latest`,
    )
  const parsed = manifestSchema.safeParse(json)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${describe(issue, json)}`)
    throw new ArtifactError(
      'manifest-invalid',
      `${source} is not a valid router manifest:\n${problems.join('\n')}\nMend the file, or train the router again.`,
    )
  }
  const { calibration, expires, ...manifest } = parsed.data
  return {
    ...manifest,
    ...(calibration === undefined ? {} : { calibration }),
    ...(expires === undefined ? {} : { expires }),
  }
}

/**
 * The warning to print before a router with an expired artifact serves; `undefined` if it has not expired.
 * An expired artifact still loads: an old router is better than none.
 */
export function expiryWarning(manifest: RouterManifest, now: Date): string | undefined {
  if (manifest.expires === undefined || now.getTime() < Date.parse(manifest.expires)) return undefined
  return `Router ${manifest.name} expired on ${manifest.expires}: its data ends on ${manifest.created}. Train it again on newer data.`
}

const count = (expected: string) => z.int({ error: expected }).min(0, { error: expected })
const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected })
const matching = (pattern: RegExp, expected: string) =>
  z.string({ error: expected }).regex(pattern, { error: expected })
const date = (expected: string) =>
  z.union([z.iso.datetime({ offset: true }), z.iso.date()], { error: expected })

const modelName = 'must be the name of a model'
const winRate = 'must be a win rate from 0 to 1'

const dataSourceSchema = z.strictObject(
  {
    name: text('must name the data set'),
    sha256: matching(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the data, 64 lower-case hexadecimal digits'),
    licence: text('must name the licence of the data (for your own data: proprietary)'),
    rows: count('must be the number of rows used, a whole number from 0'),
  },
  { error: 'must be an object with name, sha256, licence and rows' },
)

const quantilesExpected = 'must be at least two win rates from 0 to 1, ascending'

const manifestSchema = z
  .strictObject(
    {
      formatVersion: z.literal(formatVersion, { error: `must be ${formatVersion}` }),
      kind: matching(/^[a-z0-9_]+$/, 'must be the kind of router, such as mf'),
      name: text('must be the name of the router'),
      embedder: z.strictObject(
        {
          id: text('must be the id of the embedder that the router was trained on, such as builtin@2'),
          dimensions: count('must be the length of its vectors, a whole number from 1').min(1, {
            error: 'must be the length of its vectors, a whole number from 1',
          }),
          probes: z
            .array(z.string({ error: 'must be a text' }), { error: 'must be a list of texts' })
            .min(4, { error: 'must be at least 4 texts' })
            .max(100, { error: 'must be at most 100 texts' })
            .exactOptional(),
        },
        { error: 'must be an object with id and dimensions, and perhaps probes' },
      ),
      pair: z.strictObject(
        { strong: text(modelName), weak: text(modelName) },
        { error: 'must be an object with strong and weak, two names of models' },
      ),
      models: z
        .array(text(modelName), { error: 'must be a list of model names' })
        .min(1, { error: 'must name at least one model' }),
      data: z.array(dataSourceSchema, { error: 'must be a list of data sources' }),
      seed: z.int({ error: 'must be the seed of the training, a whole number' }),
      options: z.record(
        z.string(),
        z.union([z.number(), z.string(), z.boolean()], { error: 'must be a number, text, true or false' }),
        { error: 'must be an object of training options' },
      ),
      metrics: z.record(z.string(), z.number({ error: 'must be a number' }), {
        error: 'must be an object of numbers',
      }),
      calibration: z
        .strictObject(
          {
            prompts: count('must be the number of calibration prompts, a whole number from 1').min(1, {
              error: 'must be the number of calibration prompts, a whole number from 1',
            }),
            winRateQuantiles: z
              .array(z.number({ error: winRate }).min(0, { error: winRate }).max(1, { error: winRate }), {
                error: quantilesExpected,
              })
              .min(2, { error: quantilesExpected })
              .refine(isAscending, { error: quantilesExpected }),
          },
          { error: 'must be an object with prompts and winRateQuantiles' },
        )
        .optional(),
      created: date('must be an ISO 8601 date, such as 2024-06-26T00:00:00Z'),
      expires: date('must be an ISO 8601 date, such as 2027-01-01T00:00:00Z, or absent').optional(),
    },
    { error: 'must be a JSON object' },
  )
  .superRefine(({ models, pair }, context) => {
    const problem = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    for (const [index, model] of models.entries())
      if (models.indexOf(model) !== index)
        problem(['models', index], 'is listed twice: each model has one row')
    if (pair.strong === pair.weak) problem(['pair', 'weak'], 'must be another model than pair.strong')
    for (const role of ['strong', 'weak'] as const)
      if (!models.includes(pair[role])) problem(['pair', role], `must be one of models: ${models.join(', ')}`)
  })

function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value >= (values[index - 1] ?? value))
}

function isNewer(json: unknown): json is { formatVersion: number } {
  return (
    typeof json === 'object' &&
    json !== null &&
    'formatVersion' in json &&
    typeof json.formatVersion === 'number' &&
    json.formatVersion > formatVersion
  )
}

function describe(issue: z.core.$ZodIssue, json: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const place = issue.path.length === 0 ? '' : ` of ${issue.path.join('.')}`
    return `${issue.keys.join(', ')}${place}: no such field; remove it`
  }
  const value = valueAt(json, issue.path)
  const shown = value === undefined ? 'is missing' : `is ${shorten(JSON.stringify(value))}`
  return `${issue.path.join('.') || 'the whole'} ${shown}: ${issue.message}`
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, key)?.value
  }
  return value
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
