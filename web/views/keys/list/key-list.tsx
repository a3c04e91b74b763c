import type {
  KeyCostAnswer,
  KeysAnswer,
  KeyUsageAnswer,
} from '../../../../src/server/admin/api/keys/routes.ts'
import { ApiError } from '../../../api/request.ts'
import { useRequestsFinished } from '../../../api/use-requests-finished.ts'
import { useResource } from '../../../api/use-resource.ts'
import { Link } from '../../../app/link.tsx'
import { useListKeys } from '../../../app/list-keys.ts'
import { navigate } from '../../../app/location.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { MessageText } from '../../../ui/message-text.tsx'
import { Empty, Failure } from '../../../ui/states.tsx'
import { CostCard } from '../cost/cost-card.tsx'
import { NotLive } from '../not-live.tsx'
import { KeyTable } from './key-table.tsx'

/** All keys with what they use, and what all requests will cost. */
export function KeyList({ list, readAgain }: { list: KeysAnswer; readAgain(): void }) {
  const usage = useResource<KeyUsageAnswer>('/keys/usage', 30_000)
  const cost = useResource<KeyCostAnswer>('/keys/cost', 30_000)
  const follow = () => {
    for (const again of [readAgain, usage.readAgain, cost.readAgain]) again()
  }
  // The forecasts of all keys take a moment.
  const isLive = useRequestsFinished(() => true, follow, 5000)
  const rows = useListKeys()
  useKeys([{ on: ['n'], title: 'Make a key', run: () => navigate('/keys?new') }])
  const isKeyless = list.keys.length + list.unnamedKeys === 0
  const isOff = usage.error instanceof ApiError && usage.error.code === 'store_off'
  return (
    <>
      <header class="view-head wide">
        <h1>Keys</h1>
        <Link href="/keys?new" class="button">
          New key <kbd>n</kbd>
        </Link>
      </header>
      {!isLive && <NotLive />}
      {list.problem !== null && (
        <div class="banner failure" role="alert">
          <p>
            <MessageText text={list.problem} />
          </p>
        </div>
      )}
      {list.shadowed.map((name) => (
        <p key={name} class="banner">
          <span>
            The key <ForeignText text={name} /> of <ForeignText text={list.file} /> is not used, because{' '}
            <ForeignText text={list.configuration ?? 'the configuration'} /> has one of this name. Remove one
            of them.
          </span>
        </p>
      ))}
      {isKeyless ? (
        <Empty title="No client needs a key.">
          <p>
            Every program on this machine can use the models, without limits of its own. The first key changes
            that: from then on each request needs one.
          </p>
          <Link href="/keys?new" class="button">
            Make the first key
          </Link>
        </Empty>
      ) : (
        <div ref={rows}>
          <KeyTable list={list} usage={usage.data} />
        </div>
      )}
      {isOff ? (
        <p class="quiet">
          What keys use is not kept (<code>store: off</code>, or <code>--no-store</code>). Budgets count from
          the start of the server.
        </p>
      ) : (
        usage.error !== null && (
          <Failure what="What keys use cannot be read" error={usage.error} retry={usage.retry} />
        )
      )}
      {!isOff && <CostCard cost={cost} of="all-requests" />}
      <p class="quiet small">
        {list.unnamedKeys > 0 &&
          `${list.unnamedKeys} more without a name, of server.clientKeys, --client-key or ROUTELLM_CLIENT_KEYS: they have no limits of their own. `}
        Days and months are those of UTC. Keys that are made here are in{' '}
        <ForeignText text={list.file} most={120} />.
      </p>
    </>
  )
}
