import type { RequestAnswer } from '../../../../src/server/admin/api/requests.ts'
import { useResource } from '../../../api/use-resource.ts'
import { Link } from '../../../app/link.tsx'
import { leaveTo, type Place } from '../../../app/location.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatExactTime } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/states.tsx'
import { DecisionCard } from './decision/decision-card.tsx'
import { FactsCard } from './facts-card.tsx'
import { FailureCard } from './failure/failure-card.tsx'
import { SessionCard } from './session-card.tsx'
import { TextCard } from './text/text-card.tsx'
import { TimesCard } from './times-card.tsx'
import { WhatIfCard } from './what-if-card.tsx'

/** All that is kept of one request. */
export function RequestTrace({ id, place }: { id: string; place: Place }) {
  const trace = useResource<RequestAnswer>(`/requests/${encodeURIComponent(id)}`)
  const back = `/requests${place.query.size === 0 ? '' : `?${place.query}`}`
  useKeys([{ on: ['Escape'], title: 'All requests', run: () => leaveTo(back) }])
  return (
    <>
      <header class="view-head wide">
        <h1>
          Request <ForeignText text={id} most={60} />
        </h1>
        <Link href={back} class="button">
          All requests <kbd>Esc</kbd>
        </Link>
      </header>
      <Loaded resource={trace} what="The request cannot be read">
        {(request) => (
          <>
            <Summary request={request} />
            <FailureCard request={request} />
            <div class="grid wide">
              <DecisionCard request={request} />
              <div class="stack wide top">
                <TimesCard request={request} />
                <FactsCard request={request} />
                <SessionCard request={request} search={location.search} />
              </div>
            </div>
            <WhatIfCard request={request} />
            <TextCard request={request} />
          </>
        )}
      </Loaded>
    </>
  )
}

function Summary({ request }: { request: RequestAnswer }) {
  const { status, model, time, path, stream, calls } = request
  return (
    <p>
      <strong class={status >= 400 ? 'bad' : 'good'}>{status}</strong>{' '}
      {model === null ? (
        'no model was called'
      ) : (
        <>
          {status < 400 ? 'from ' : calls.length === 0 ? 'chosen and not called: ' : 'last call: '}
          <ForeignText text={model} />
        </>
      )}
      <span class="quiet">
        {' '}
        · {formatExactTime(time)} · <ForeignText text={path} most={60} />
        {stream && ' · streamed'}
      </span>
    </p>
  )
}
