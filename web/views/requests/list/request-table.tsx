import type { RequestSummary } from '../../../../src/store/reader/answers.ts'
import { Link } from '../../../app/link.tsx'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import {
  formatCount,
  formatExactTime,
  formatMs,
  formatScore,
  formatTime,
  formatUsd,
} from '../../../ui/format.ts'
import { Failure } from '../../../ui/states.tsx'
import { type Column, RowTable } from '../../../ui/table/row-table.tsx'
import { usePrompts } from './use-prompts.ts'

/** With the part of its text that was searched for. */
type ListedRequest = RequestSummary & { readonly passage?: string }

type RequestTableProps = {
  readonly requests: readonly ListedRequest[]
  /** Of the page, so that a trace leads back to the same list. */
  readonly search: string
}

/** A row for each request, with a second line for what was asked, if that is kept. */
export function RequestTable({ requests, search }: RequestTableProps) {
  const { byId, error, retry } = usePrompts(requests.filter(({ passage }) => passage === undefined))
  const columns = [...columnsOf(search)]
  if (requests.some(({ hasText }) => hasText)) columns.push(promptColumn(byId))
  return (
    <>
      {error !== null && <Failure what="The prompts cannot be read" error={error} retry={retry} />}
      <RowTable name="requests" columns={columns} rows={requests} keyOf={({ id }) => id} />
    </>
  )
}

function promptColumn(prompts: ReadonlyMap<string, string | null>): Column<ListedRequest> {
  return {
    title: 'Prompt',
    isTitleHidden: true,
    place: 'whole',
    className: ({ hasText }) => (hasText ? 'prompt' : ''),
    cell: ({ id, hasText, passage = prompts.get(id) }) => {
      if (!hasText) return null
      // The line is there before its text is, so that nothing moves.
      if (passage === undefined) return '\u00a0'
      if (passage === null) return 'Its text is kept no more.'
      return (
        <span title={escapeInvisible(passage, 300)}>
          <ForeignText text={passage === '' ? '–' : passage} most={300} />
        </span>
      )
    },
  }
}

function columnsOf(search: string): readonly Column<RequestSummary>[] {
  return [
    {
      title: 'Time',
      place: 'lead',
      className: () => 'nowrap',
      cell: ({ id, time }) => (
        <Link href={`/requests/${encodeURIComponent(id)}${search}`} row title={formatExactTime(time)}>
          {formatTime(time)}
        </Link>
      ),
    },
    {
      title: 'Status',
      place: 'lead',
      className: ({ status }) => (status >= 400 ? 'bad' : 'quiet'),
      cell: ({ status }) => status,
    },
    {
      title: 'Model',
      place: 'lead',
      cell: ({ model, fallback }) => (
        <>
          <ForeignText text={model ?? '–'} most={32} />
          {fallback !== null && <span class="tag">{escapeInvisible(fallback)}</span>}
        </>
      ),
    },
    { title: 'Kind of work', className: () => 'quiet', cell: ({ task }) => escapeInvisible(task ?? '–') },
    {
      title: 'Decided by',
      cell: ({ model, policy, router }) => (
        <ForeignText text={policy ?? router ?? (model === null ? '–' : 'the client')} most={24} />
      ),
    },
    {
      title: 'Win rate',
      isNumber: true,
      cell: ({ strongWinRate }) => formatScore(strongWinRate),
    },
    {
      title: 'Tokens in, out',
      isNumber: true,
      cell: ({ inputTokens, outputTokens }) => `${formatCount(inputTokens)}, ${formatCount(outputTokens)}`,
    },
    { title: 'Cost', isNumber: true, place: 'end', cell: ({ usd }) => formatUsd(usd) },
    { title: 'Time taken', isNumber: true, cell: ({ totalMs }) => formatMs(totalMs) },
    { title: 'Key', cell: ({ key }) => <ForeignText text={key ?? '–'} most={20} /> },
  ]
}
