import { configJsonSchema, type JsonSchema } from './json-schema.ts'

/** Every key of `routellm.yaml` as a Markdown table: key, type, default, meaning. Made of the schema. */
export function configurationTable(): string {
  const rows = rowsOf(configJsonSchema(), '', [])
  return ['| key | type | default | what it is |', '|---|---|---|---|', ...rows].join('\n')
}

function rowsOf(schema: JsonSchema, path: string, required: readonly string[]): string[] {
  const own = path === '' || isSection(schema) ? [] : [rowOf(schema, path, required)]
  const nested = [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
      rowsOf(child, path === '' ? key : `${path}.${key}`, schema.required ?? []),
    ),
    ...(typeof schema.additionalProperties === 'object' && schema.additionalProperties.type !== 'string'
      ? rowsOf(schema.additionalProperties, `${path}.<name>`, [])
      : []),
    ...rowsOfBranches([...(schema.anyOf ?? []), ...(schema.oneOf ?? [])], path),
  ]
  return [...own, ...nested]
}

/** The rows of each branch; a row that several kinds have comes once, after all of them, and names the kinds. */
function rowsOfBranches(branches: readonly JsonSchema[], path: string): string[] {
  const found = branches
    .filter(({ properties }) => properties !== undefined)
    .map((branch) => ({ kind: branch.properties?.kind?.const, rows: rowsOf(branch, path, []) }))
  const kinds = new Map<string, string[]>()
  for (const { kind, rows } of found)
    for (const row of rows) kinds.set(row, [...(kinds.get(row) ?? []), `\`${String(kind)}\``])
  const isShared = (row: string) => (kinds.get(row)?.length ?? 0) > 1
  const shared = [...kinds.keys()].filter(isShared)
  return [
    ...found.flatMap(({ rows }) => rows.filter((row) => !isShared(row))),
    ...shared.map((row) => {
      const of = kinds.get(row) ?? []
      return row.replace(
        / \|$/,
        ` ${of.length === found.length ? 'All kinds.' : `Kinds ${of.join(', ')}.`} |`,
      )
    }),
  ]
}

/** A section without a description has no row; its keys have rows. */
function isSection(schema: JsonSchema): boolean {
  return schema.description === undefined
}

function rowOf(schema: JsonSchema, path: string, required: readonly string[]): string {
  const isRequired = required.includes(path.split('.').at(-1) ?? '')
  const cells = [
    `\`${path}\``,
    typeOf(schema),
    isRequired ? '*required*' : defaultOf(schema),
    schema.description ?? '',
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(' or ')
  if (schema.type === 'array') return `list of ${schema.items?.type ?? 'values'}s`
  if (schema.type === 'object') return 'mapping'
  if (schema.anyOf?.some(({ type }) => type === 'null') === true) return 'mapping or null'
  if (isNumberOrMapping(schema)) return 'number or mapping'
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ')
  const { minimum, maximum } = schema
  const top = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  const range =
    minimum === undefined ? '' : top === undefined ? `, from ${minimum}` : `, ${minimum} to ${top}`
  return `${schema.type ?? 'value'}${range}`
}

function isNumberOrMapping({ anyOf }: JsonSchema): boolean {
  return anyOf?.map(({ type }) => type).join() === 'number,object'
}

const longestDefault = 40

function defaultOf(schema: JsonSchema): string {
  if (schema.default === undefined || schema.type === 'object') return ''
  if (schema.anyOf !== undefined && !isNumberOrMapping(schema)) return ''
  const text = JSON.stringify(schema.default)
  return text.length > longestDefault ? 'a built-in list' : `\`${text}\``
}
