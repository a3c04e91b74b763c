import { useState } from 'preact/hooks'
import type { Failure, Failures } from '../../../src/store/reader/answers/failures.ts'
import type { Usage } from '../../../src/store/reader/answers.ts'
import { Link } from '../../app/link.tsx'
import { formatUrl, readPlace } from '../../app/location.ts'
import { describeFallback } from '../../decision/words/describe-fallback.ts'
import { describeStatus } from '../../decision/words/describe-status.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare } from '../../ui/format.ts'
import { TableFrame } from '../../ui/table/table-frame.tsx'

const mostRows = 8

/** What went wrong, by status of the reply or by the reason of the fallback, with a way to the requests. */
export function FailuresCard({ usage, failures }: { usage: Usage; failures: Failures }) {
  const { total, rescued } = usage
  return (
    <section class="card failures" aria-label="What failed">
      <h2>What failed</h2>
      {total.errors + rescued === 0 ? (
        <p class="quiet">Every request was answered by the model that was chosen.</p>
      ) : failures === null ? (
        <p class="quiet">
          <Link href={requestsOf({ status: 'error' })}>{formatCount(total.errors)} failed</Link>;{' '}
          <Link href={requestsOf({ status: 'ok', fallback: 'true' })}>
            {formatCount(rescued)} rescued by another model
          </Link>
          . By status only without a policy, a key or a tag.
        </p>
      ) : (
        <FailureTable failures={failures} requests={total.requests} />
      )}
    </section>
  )
}

function FailureTable({ failures, requests }: { failures: readonly Failure[]; requests: number }) {
  const [isWhole, setWhole] = useState(false)
  const unshown = failures.length - mostRows
  return (
    <>
      <TableFrame kind="bare">
        <table>
          <thead>
            <tr>
              <th scope="col">What happened</th>
              <th scope="col">Outcome</th>
              <th scope="col" class="number">
                Requests
              </th>
              <th scope="col" class="number">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {failures.slice(0, isWhole ? failures.length : mostRows).map((failure) => (
              <FailureRow key={`${failure.kind} ${nameOf(failure)}`} failure={failure} of={requests} />
            ))}
          </tbody>
        </table>
      </TableFrame>
      {unshown > 0 && (
        <button type="button" class="more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show ${formatCount(unshown)} more`}
        </button>
      )}
    </>
  )
}

function FailureRow({ failure, of }: { failure: Failure; of: number }) {
  const isFailed = failure.kind === 'failed'
  const query = isFailed ? { status: String(failure.status) } : { status: 'ok', fallback: 'true' }
  return (
    <tr>
      <td>
        <Link href={requestsOf(query)}>
          <ForeignText text={describe(failure)} most={60} />
        </Link>
      </td>
      <td class={isFailed ? 'bad' : 'good'}>{failure.kind}</td>
      <td class="number">{formatCount(failure.requests)}</td>
      <td class="number">{formatShare(failure.requests / of)}</td>
    </tr>
  )
}

function nameOf(failure: Failure): string | number {
  return failure.kind === 'failed' ? failure.status : failure.fallback
}

function describe(failure: Failure): string {
  if (failure.kind === 'rescued') return describeFallback(failure.fallback)
  return describeStatus(failure.status)
}

/** The requests in the time that is shown that are so. */
function requestsOf(change: Readonly<Record<string, string>>): string {
  const { query } = readPlace()
  for (const [name, value] of Object.entries(change)) query.set(name, value)
  return formatUrl('/requests', query)
}
