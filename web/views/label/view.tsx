import type { LabelQueueAnswer } from '../../../src/server/admin/api/label/routes.ts'
import { useResource } from '../../api/use-resource.ts'
import { changeQuery, type Place } from '../../app/location.ts'
import { escapeInvisible } from '../../ui/escape-invisible.ts'
import { formatCount } from '../../ui/format.ts'
import { Loaded } from '../../ui/states.tsx'
import type { ViewProps } from '../view.ts'
import { EmptyQueue } from './empty-queue.tsx'
import { FiguresCards } from './figures-cards.tsx'
import { ItemCard } from './item/item-card.tsx'
import { RevealedBanner } from './item/revealed-banner.tsx'
import { useLabelling } from './item/use-labelling.ts'
import { useKept } from './use-kept.ts'

/** Requests that wait for a label, one after the other: two answers side by side, and nobody knows whose they are. */
export default function Label({ place, item }: ViewProps) {
  const policy = place.query.get('policy')
  const query = policy === null ? '' : `?policy=${encodeURIComponent(policy === '-' ? '' : policy)}`
  const queue = useResource<LabelQueueAnswer>(`/label${query}`)
  const [by, setBy] = useKept('routellm-label-by')
  const [asks, setAsks] = useKept('routellm-label-asks')
  const labelling = useLabelling({
    named: item,
    waiting: queue.data?.items.map(({ requestId }) => requestId) ?? [],
    by,
    asksAtOnce: asks === 'yes',
    onChanged: queue.retry,
  })
  return (
    <>
      <header class="view-head">
        <h1>Label</h1>
        {queue.data !== null && <PolicyFilter queue={queue.data} place={place} />}
        <label class="check" title="Each costs what is shown beside it.">
          <input
            type="checkbox"
            checked={asks === 'yes'}
            onChange={(event) => setAsks(event.currentTarget.checked ? 'yes' : '')}
          />{' '}
          ask the other model at once
        </label>
        <label>
          Labelled by{' '}
          <input
            value={by}
            maxLength={60}
            size={12}
            placeholder="your name"
            onInput={(event) => setBy(event.currentTarget.value)}
          />
        </label>
      </header>
      <Loaded resource={queue} what="The queue cannot be read">
        {(data) => (
          <>
            <RevealedBanner labelling={labelling} />
            {labelling.requestId === null ? (
              <EmptyQueue queue={data} onSelected={queue.retry} />
            ) : (
              <ItemCard labelling={labelling} waiting={data.counts.waiting} />
            )}
            <FiguresCards queue={data} labelled={labelling.labelled} />
          </>
        )}
      </Loaded>
    </>
  )
}

/** Of which policy requests are labelled. There is no other filter: who labels what they like to labels no sample. */
function PolicyFilter({ queue, place }: { queue: LabelQueueAnswer; place: Place }) {
  const chosen = place.query.get('policy') ?? ''
  if (queue.policies.length < 2 && chosen === '') return null
  const known = queue.policies.some(({ name }) => (name === '' ? '-' : name) === chosen)
  return (
    <select
      aria-label="Policy"
      value={chosen}
      onChange={(event) => changeQuery({ policy: event.currentTarget.value })}
    >
      <option value="">Policy: all</option>
      {queue.policies.map(({ name, waiting }) => (
        <option key={name} value={name === '' ? '-' : name}>
          {name === '' ? 'without policy' : escapeInvisible(name)} ({formatCount(waiting)})
        </option>
      ))}
      {chosen !== '' && !known && <option value={chosen}>{escapeInvisible(chosen)} (0)</option>}
    </select>
  )
}
