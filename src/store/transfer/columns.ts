/** Kinds of rows of an export, in the order in which `all` writes them. */
export const exportedKinds = [
  'requests',
  'feedback',
  'labels',
  'shadow',
  'sessions',
  'versions',
  'experiments',
  'audit',
] as const

export type ExportedKind = (typeof exportedKinds)[number]

/** What a column holds; JSON is text. Each may be null. */
export type ColumnType = 'time' | 'text' | 'json' | 'number' | 'integer' | 'flag'

/** Columns by the path of their value in a row; in a Parquet file `_` stands for the dots. */
export type TypedColumns = Readonly<Record<string, ColumnType>>

/** Columns of the kinds whose CSV and Parquet files have the same. */
export const typedColumns = {
  feedback: {
    ...{ time: 'time', id: 'text', requestId: 'text', thumbs: 'text', score: 'number' },
    ...{ correction: 'text', scores: 'json', key: 'text' },
  },
  labels: {
    ...{ time: 'time', id: 'text', requestId: 'text', source: 'text', scores: 'json' },
    ...{ propensity: 'number', actor: 'text' },
  },
  shadow: {
    ...{ time: 'time', id: 'text', requestId: 'text', policy: 'text', model: 'text', otherModel: 'text' },
    ...{ modelUsd: 'number', otherUsd: 'number', judgeUsd: 'number', propensity: 'number' },
    ...{ verdict: 'text', judge: 'text', orders: 'json', problem: 'text' },
  },
  sessions: {
    ...{
      time: 'time',
      id: 'text',
      lastTime: 'time',
      requests: 'integer',
      usd: 'number',
      unpriced: 'integer',
    },
  },
  versions: { time: 'time', id: 'text', kind: 'text', name: 'text', sha256: 'text', manifest: 'json' },
  experiments: { time: 'time', id: 'text', state: 'text', definition: 'json', result: 'json' },
  audit: { time: 'time', id: 'text', actor: 'text', action: 'text', subject: 'text', detail: 'json' },
} as const satisfies Readonly<Record<Exclude<ExportedKind, 'requests'>, TypedColumns>>
