import { useState } from 'preact/hooks'
import type { ManagedKey } from '../../../../src/server/admin/actions/key-actions.ts'
import type {
  ChangeKeyAnswer,
  KeyCostAnswer,
  KeysAnswer,
  KeyUsageAnswer,
} from '../../../../src/server/admin/api/keys/routes.ts'
import { postJson } from '../../../api/request.ts'
import { useRequestsFinished } from '../../../api/use-requests-finished.ts'
import { useResource } from '../../../api/use-resource.ts'
import { Link } from '../../../app/link.tsx'
import { leaveTo } from '../../../app/location.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatTime } from '../../../ui/format.ts'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { CostCard } from '../cost/cost-card.tsx'
import { describeLimits } from '../form/limits.ts'
import { NotLive } from '../not-live.tsx'
import { describeFormerKey } from './describe-former-key.ts'
import { EditLimits } from './edit-limits.tsx'
import { UseCards } from './use-cards.tsx'
import { useRevokedAt } from './use-revoked-at.ts'

/** Both read the list again: at once, after a change, or as soon as it is not being read. */
type KeyDetailProps = {
  readonly name: string
  readonly list: KeysAnswer
  reread(): void
  readAgain(): void
}

/** One key: what it uses, what it will cost, its limits, and how to change or revoke it. */
export function KeyDetail({ name, list, reread: rereadList, readAgain }: KeyDetailProps) {
  const query = `?key=${encodeURIComponent(name)}`
  const usage = useResource<KeyUsageAnswer>(`/keys/usage${query}`, 30_000)
  const cost = useResource<KeyCostAnswer>(`/keys/cost${query}`, 30_000)
  const reread = () => {
    for (const again of [rereadList, usage.retry, cost.retry]) again()
  }
  const follow = () => {
    for (const again of [readAgain, usage.readAgain, cost.readAgain]) again()
  }
  const isLive = useRequestsFinished((request) => request.key === name, follow, 2000)
  const [open, setOpen] = useState<'limits' | 'revoke' | null>(null)
  const [said, setSaid] = useState<string | null>(null)
  const key = list.keys.find((each) => each.name === name) ?? null
  const revokedAt = useRevokedAt(key === null ? name : null)
  const isOwn = key !== null && !key.isOfConfiguration
  useKeys([
    open === 'limits'
      ? { on: ['Escape'], title: 'Leave the limits as they are', run: () => setOpen(null) }
      : { on: ['Escape'], title: 'All keys', run: () => leaveTo('/keys') },
    ...(isOwn ? [{ on: ['e'], title: 'Change the limits', run: () => setOpen('limits') }] : []),
  ])
  const use = usage.data?.keys.find((each) => each.name === name)
  const revoke = async () => {
    try {
      const { why } = await postJson<ChangeKeyAnswer>('/keys/revoke', { name, revision: list.revision })
      setSaid(why)
      setOpen(null)
    } finally {
      reread()
    }
  }
  return (
    <>
      <header class="view-head wide">
        <h1>
          Key <ForeignText text={name} most={60} />
          {key === null && (
            <span class="tag">
              {revokedAt === null ? 'no key any more' : `revoked ${formatTime(revokedAt)}`}
            </span>
          )}
        </h1>
        {isOwn && open !== 'limits' && (
          <button type="button" onClick={() => setOpen('limits')}>
            Change the limits <kbd>e</kbd>
          </button>
        )}
        {isOwn && (
          <button type="button" onClick={() => setOpen('revoke')}>
            Revoke …
          </button>
        )}
        <Link href={`/requests?key=${encodeURIComponent(name)}`} class="button">
          Its requests
        </Link>
        <Link href="/keys" class="button">
          All keys
        </Link>
      </header>
      {!isLive && <NotLive />}
      {said !== null && (
        <p class="banner done" role="status">
          <ForeignText text={said} most={400} />
        </p>
      )}
      {key === null && said === null && (
        <p class="banner">
          {revokedAt === null ? 'There is no key of this name. ' : 'This key was revoked. '}
          {describeFormerKey(list, name)} What it has used stays.
        </p>
      )}
      {key?.isOfConfiguration && <WrittenElsewhere list={list} />}
      {open === 'limits' && key !== null && (
        <EditLimits
          current={key}
          list={list}
          reread={reread}
          close={() => setOpen(null)}
          onDone={(why) => {
            setSaid(why)
            setOpen(null)
          }}
        />
      )}
      <UseCards
        use={use}
        state={
          key === null
            ? { kind: 'former', revokedAt, what: describeFormerKey(list, name) }
            : { kind: 'served', limits: key }
        }
        revoked={list.revoked.find((each) => each.name === name)}
      />
      {key !== null && open !== 'limits' && <LimitCard limits={key} />}
      <CostCard cost={cost} of={key === null ? 'former-key' : 'key'} />
      {open === 'revoke' && (
        <ConfirmDialog
          title={`Revoke the key ${escapeInvisible(name)}?`}
          action="Revoke the key"
          run={revoke}
          close={() => setOpen(null)}
        >
          <p>
            Its entry is removed from <ForeignText text={list.file} most={200} />. Requests with it are
            refused at once with 401; those that are being answered finish. This cannot be undone: a new key
            of this name is a different key.
          </p>
          {list.keys.length + list.unnamedKeys === 1 && !list.needsKey && (
            <p class="banner">
              It is the last key. Without it no client needs one, and every program on this machine can use
              the models; only requests with this key are refused, until the server starts again. Make another
              key first if that is not wanted.
            </p>
          )}
        </ConfirmDialog>
      )}
    </>
  )
}

function LimitCard({ limits }: { limits: ManagedKey }) {
  const lines = describeLimits(limits)
  return (
    <section class="card">
      <h2>Limits</h2>
      {lines.length === 0 ? (
        <p class="quiet">None. It may use all models, as much as it asks for.</p>
      ) : (
        <ul class="limits">
          {lines.map((line) => (
            <li key={line}>
              <ForeignText text={line} most={400} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function WrittenElsewhere({ list }: { list: KeysAnswer }) {
  return (
    <p class="banner">
      <span>
        It is written under <code>keys</code> of{' '}
        <ForeignText text={list.configuration ?? 'the configuration'} most={200} />, and is changed there. To
        change it here, cut its entry and paste it under <code>keys</code> of{' '}
        <ForeignText text={list.file} most={200} /> (first line: <code>version: 1</code>). Its client keeps
        its key.
      </span>
    </p>
  )
}
