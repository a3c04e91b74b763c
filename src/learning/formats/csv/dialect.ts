import { parseCsvLines, type Separator } from './parser.ts'

export type CsvDialect = {
  readonly separator: Separator
  /** Whether the first line is Excel's `sep=;`, which is no header. */
  readonly namesSeparator: boolean
  readonly header: readonly string[]
}

const separators: readonly Separator[] = [',', ';', '\t', '|']
const judgedRecords = 20

/**
 * Finds the separator of a table by its first records: the one that gives the most columns, and as many in each record.
 * If none does so, the one that splits the header into the most columns.
 *
 * @param head the beginning of the file. @param isWhole whether it is all of the file.
 */
export function findDialect(name: string, head: string, isWhole: boolean): CsvDialect {
  const text = head.replace(/^\uFEFF/, '')
  const named = /^sep=([,;\t|])\r?(?:\n|$)/i.exec(text)
  const lines = (named === null ? text : text.slice(named[0].length)).split('\n')
  if (!isWhole && lines.length > 1) lines.pop()
  const ordered = /\.tsv\b/i.test(name) ? (['\t', ...separators] as const) : separators
  const tried = [...new Set(ordered)].map((separator) => ({ separator, ...judge(name, lines, separator) }))
  const given = tried.find(({ separator }) => separator === named?.[1])
  const best = given ?? mostColumns(tried.filter(({ isEven }) => isEven)) ?? mostColumns(tried)
  const { separator, header } = best ?? tried[0]!
  return { separator, namesSeparator: named !== null, header }
}

type Judged = { readonly separator: Separator; readonly header: readonly string[]; readonly isEven: boolean }

function judge(name: string, lines: readonly string[], separator: Separator): Omit<Judged, 'separator'> {
  const { records, isBroken } = parseCsvLines(lines, name, separator, judgedRecords)
  const [header = [], ...rest] = records
  return { header, isEven: !isBroken && rest.every((record) => record.length === header.length) }
}

/** The first with the most columns, of at least two. */
function mostColumns(tried: readonly Judged[]): Judged | undefined {
  const several = tried.filter(({ header }) => header.length > 1)
  return several.reduce<Judged | undefined>(
    (best, each) => (best === undefined || each.header.length > best.header.length ? each : best),
    undefined,
  )
}
