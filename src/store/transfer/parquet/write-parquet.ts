import { type ColumnType, type TypedColumns, typedColumns } from '../columns.ts'
import { readPath } from '../format-csv.ts'
import { ByteWriter, ParquetWriter } from './hyparquet-writer.ts'

const requestColumns: TypedColumns = {
  ...{ time: 'time', id: 'text', upstreamId: 'text', protocol: 'text', path: 'text', status: 'integer' },
  ...{ stream: 'flag', model: 'text', upstream: 'text', task: 'text', policy: 'text', router: 'text' },
  ...{ threshold: 'number', strongWinRate: 'number', side: 'text', fallback: 'text', overBudget: 'text' },
  ...{ attempts: 'integer', 'tokens.input': 'integer', 'tokens.cachedInput': 'integer' },
  ...{
    'tokens.cacheWriteInput': 'integer',
    'tokens.cacheWrite1hInput': 'integer',
    'tokens.output': 'integer',
  },
  ...{
    events: 'integer',
    usd: 'number',
    chargedUsd: 'number',
    'ms.overhead': 'number',
    'ms.queued': 'number',
  },
  ...{ 'ms.firstByte': 'number', 'ms.total': 'number', session: 'text', key: 'text', tags: 'json' },
  ...{
    calls: 'json',
    candidates: 'json',
    propensity: 'number',
    'experiment.id': 'text',
    'experiment.arm': 'text',
  },
  ...{
    features: 'text',
    'signal.kind': 'text',
    'signal.requestId': 'text',
    'sessionDecision.kept': 'text',
    'sessionDecision.switched': 'text',
    'sessionDecision.switchUsd': 'number',
    effort: 'text',
    'pace.factor': 'number',
    'pace.ownThreshold': 'number',
    'pace.budget.key': 'text',
    'pace.budget.limit': 'text',
    error: 'text',
    request: 'text',
    response: 'text',
  },
}

export const parquetColumns = { requests: requestColumns, ...typedColumns } as const

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number]
type Row = Readonly<Record<string, unknown>>

/** Writes rows as Parquet, a group of rows in memory at a time. */
export type ParquetOutput = {
  add(rows: readonly Row[]): Promise<void>
  /** Writes the rest, and the end of the file. */
  end(): Promise<void>
}

const rowsOfGroup = 10_000
/** Of the texts of a group: those of requests may be long. */
const textOfGroup = 32 << 20

/** @param write appends to the file. */
export function createParquetOutput(
  columns: TypedColumns,
  write: (bytes: Uint8Array) => Promise<void>,
): ParquetOutput {
  const names = Object.keys(columns)
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({ writer: bytes, schema: toSchema(columns), createdBy: 'routellm' })
  let values: unknown[][] = names.map(() => [])
  let text = 0

  function add(row: Row): void {
    for (const [index, name] of names.entries()) {
      const value = toValue(readPath(row, name), columns[name]!)
      if (typeof value === 'string') text += value.length
      values[index]!.push(value)
    }
  }

  async function flush(): Promise<void> {
    const rows = values[0]!.length
    if (rows > 0)
      await writer.write({
        columnData: names.map((name, index) => ({
          name: toName(name),
          data: values[index]!,
          offsetIndex: false,
        })),
        rowGroupSize: rows,
      })
    values = names.map(() => [])
    text = 0
    await writeOut()
  }

  async function writeOut(): Promise<void> {
    await write(new Uint8Array(bytes.getBytes()))
    bytes.index = 0
  }

  return {
    async add(rows) {
      for (const row of rows) {
        add(row)
        if (values[0]!.length >= rowsOfGroup || text >= textOfGroup) await flush()
      }
    },
    async end() {
      await flush()
      await writer.finish()
      await writeOut()
    },
  }
}

function toName(path: string): string {
  return path.replaceAll('.', '_')
}

function toSchema(columns: TypedColumns): SchemaElement[] {
  const names = Object.keys(columns)
  return [
    { name: 'root', num_children: names.length },
    ...names.map(
      (name): SchemaElement => ({
        name: toName(name),
        repetition_type: 'OPTIONAL',
        ...elementTypes[columns[name]!],
      }),
    ),
  ]
}

const elementTypes = {
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  number: { type: 'DOUBLE' },
  integer: { type: 'INT32' },
  flag: { type: 'BOOLEAN' },
} as const satisfies Readonly<Record<ColumnType, Partial<SchemaElement>>>

function toValue(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null
  if (type === 'time') return new Date(String(value))
  return type === 'json' ? JSON.stringify(value) : value
}
