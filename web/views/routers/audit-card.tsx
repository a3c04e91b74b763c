import { useState } from 'preact/hooks'
import type { AuditAnswer } from '../../../src/server/admin/api/routers/routes.ts'
import { requestJson } from '../../api/request.ts'
import { useFurther } from '../../api/use-further.ts'
import { useResource } from '../../api/use-resource.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatExactTime } from '../../ui/format.ts'
import { MessageText } from '../../ui/message-text.tsx'
import { More } from '../../ui/more.tsx'
import { Loaded } from '../../ui/states.tsx'
import { type Column, RowTable } from '../../ui/table/row-table.tsx'
import { describeDetail } from './describe-detail.ts'
import { useReadAgain } from './use-read-again.ts'

type Event = AuditAnswer['events'][number]

const kinds = { '': 'All', served: 'What is served', labels: 'Labels', keys: 'Keys' } as const

/** Who has changed what, the newest first. @param state changes with what is served. */
export function AuditCard({ state }: { state: string }) {
  const [kind, setKind] = useState<keyof typeof kinds>('')
  const filter = kind === '' ? '' : `kind=${kind}`
  const first = useResource<AuditAnswer>(`/audit?${filter}`)
  const older = useFurther<Event, number>(first, async (before) => {
    const { events, next } = await requestJson<AuditAnswer>(`/audit?${filter}&before=${before}`)
    return { items: events, next }
  })
  useReadAgain(state, first.retry)
  return (
    <section class="card" aria-label="Audit trail">
      <h2>
        <span>Audit trail</span>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row of buttons everywhere */}
        <span class="segments" role="group" aria-label="Kind of events">
          {Object.entries(kinds).map(([each, title]) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === kind}
              onClick={() => setKind(each as keyof typeof kinds)}
            >
              {title}
            </button>
          ))}
        </span>
      </h2>
      <Loaded resource={first} what="The audit trail cannot be read">
        {(page) =>
          page.events.length === 0 ? (
            <p class="quiet">{first.isStale ? 'Reading …' : nothingOf(kind)}</p>
          ) : (
            <>
              <RowTable
                name="audit"
                isBare
                columns={columns}
                rows={foldLabels([...page.events, ...older.items]).map(toRow)}
                keyOf={({ seq }) => seq}
              />
              <More further={older} first={page.next} title="Older events" />
            </>
          )
        }
      </Loaded>
    </section>
  )
}

function nothingOf(kind: keyof typeof kinds): string {
  switch (kind) {
    case 'labels':
      return 'Nobody has labelled yet. Labels that are given in Label are listed here.'
    case 'keys':
      return 'No key was made, changed or revoked here yet.'
    default:
      return 'Nothing has changed yet. Promotions, canaries, roll backs and runs of learn are listed here, with who did them.'
  }
}

type Run = readonly [Event, ...Event[]]

/** One run for labels of one person that follow one another, and one for each other event. */
function foldLabels(events: readonly Event[]): readonly Run[] {
  const runs: [Event, ...Event[]][] = []
  for (const event of events) {
    const run = runs.at(-1)
    if (run !== undefined && isLabel(event) && isLabel(run[0]) && whoOf(event) === whoOf(run[0]))
      run.push(event)
    else runs.push([event])
  }
  return runs
}

function isLabel({ action }: Event): boolean {
  return action === 'label' || action === 'label-skip'
}

/** The person of a label, or else the actor. */
function whoOf({ actor, detail }: Event): string {
  const by: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, 'by') : null
  return typeof by === 'string' ? by : actor
}

type Row = {
  readonly seq: number
  readonly time: number
  readonly who: string
  readonly what: string
  readonly of: string
  readonly why: string
}

const columns: readonly Column<Row>[] = [
  {
    title: 'When',
    place: 'lead',
    className: () => 'nowrap',
    cell: ({ time }) => formatExactTime(time),
  },
  { title: 'Who', place: 'end', cell: ({ who }) => <ForeignText text={who} most={24} /> },
  { title: 'What', className: () => 'nowrap', cell: ({ what }) => <ForeignText text={what} most={24} /> },
  { title: 'Of', cell: ({ of }) => <ForeignText text={of} most={24} /> },
  {
    title: 'Details',
    place: 'whole',
    className: () => 'wrapping',
    cell: ({ why }) => <MessageText text={why} most={400} />,
  },
]

function toRow(events: Run): Row {
  const [{ seq, time, actor, action, subject, detail }] = events
  if (events.length > 1) return { seq, time, ...describeLabels(events) }
  return {
    seq,
    time,
    who: actor,
    what: action.replaceAll('-', ' '),
    of: subject,
    why: describeDetail(action, detail),
  }
}

/** Labels of one person: how many, and from when to when. */
function describeLabels(events: Run): Omit<Row, 'seq' | 'time'> {
  const skips = events.filter(({ action }) => action === 'label-skip').length
  const labels = events.length - skips
  const what = [
    labels > 0 && `${labels} ${labels === 1 ? 'label' : 'labels'}`,
    skips > 0 && `${skips} skipped`,
  ].filter((part) => part !== false)
  return {
    who: whoOf(events[0]),
    what: what.join(', '),
    of: `${events.length} requests`,
    why: `since ${formatExactTime(events.at(-1)!.time)}`,
  }
}
