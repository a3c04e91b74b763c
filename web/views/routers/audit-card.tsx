import { useState } from 'preact/hooks'
import type { AuditAnswer } from '../../../src/server/admin/api/routers/routes.ts'
import { requestJson } from '../../api/request.ts'
import { useResource } from '../../api/use-resource.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatExactTime } from '../../ui/format.ts'
import { Failure, Loaded } from '../../ui/states.tsx'
import { TableFrame } from '../../ui/table-frame.tsx'
import { useReadAgain } from './use-read-again.ts'

type Event = AuditAnswer['events'][number]

/** Who has changed what is served, the newest first. @param state changes with what is served. */
export function AuditCard({ state }: { state: string }) {
  const first = useResource<AuditAnswer>('/audit')
  const [older, setOlder] = useState<readonly AuditAnswer[]>([])
  const [error, setError] = useState<Error | null>(null)
  useReadAgain(state, () => {
    setOlder([])
    first.retry()
  })
  return (
    <section class="card" aria-label="Audit trail">
      <h2>Audit trail</h2>
      <Loaded resource={first} what="The audit trail cannot be read">
        {(page) => {
          const pages = [page, ...older]
          const next = pages.at(-1)?.next ?? null
          const readMore = () =>
            void requestJson<AuditAnswer>(`/audit?before=${next}`).then((more) => {
              setError(null)
              setOlder([...older, more])
            }, setError)
          return page.events.length === 0 ? (
            <p class="quiet">
              Nothing has changed yet. Promotions, canaries, roll backs and runs of learn are listed here,
              with who did them.
            </p>
          ) : (
            <>
              <TableFrame kind="bare">
                <table class="audit">
                  <thead>
                    <tr>
                      <th scope="col">When</th>
                      <th scope="col">Who</th>
                      <th scope="col">What</th>
                      <th scope="col">Of</th>
                      <th scope="col">Why</th>
                    </tr>
                  </thead>
                  <tbody>
                    {pages
                      .flatMap(({ events }) => events)
                      .map((event) => (
                        <EventRow key={event.seq} event={event} />
                      ))}
                  </tbody>
                </table>
              </TableFrame>
              {error !== null && (
                <Failure what="Older events cannot be read" error={error} retry={readMore} />
              )}
              {next !== null && (
                <button type="button" class="more" onClick={readMore}>
                  Older events
                </button>
              )}
            </>
          )
        }}
      </Loaded>
    </section>
  )
}

function EventRow({ event: { time, actor, action, subject, detail } }: { event: Event }) {
  return (
    <tr>
      <td class="nowrap">{formatExactTime(time)}</td>
      <td>
        <ForeignText text={actor} most={24} />
      </td>
      <td class="nowrap">
        <ForeignText text={action.replaceAll('-', ' ')} most={24} />
      </td>
      <td>
        <ForeignText text={subject} most={24} />
      </td>
      <td class="wrapping">
        <ForeignText text={describeDetail(detail)} most={400} />
      </td>
    </tr>
  )
}

/** The sentence of an event, or else the router that it is about. */
function describeDetail(detail: unknown): string {
  for (const key of ['why', 'router']) {
    const found: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, key) : null
    if (typeof found === 'string') return found
  }
  return '–'
}
