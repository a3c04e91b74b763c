import { useState } from 'preact/hooks'
import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { LockablePolicy } from '../../../../src/server/admin/actions/lock-actions.ts'
import type { VersionsAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { Link } from '../../../app/link.tsx'
import { useSeenPolicy } from '../../../served/use-seen.ts'
import { formatShare } from '../../../ui/format.ts'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { nameOf } from './version-columns.tsx'
import { describePromise } from './versions-card.tsx'

type CanaryDialogProps = {
  readonly policy: LockablePolicy
  readonly version: VersionsAnswer[number]
  /** Reads anew what is served. */
  reread(): void
  onClose(): void
  onDone(why: string): void
}

/** Asks on which share of the sessions a version is tried, and for how long. */
export function CanaryDialog({ policy, version, reread, onClose, onDone }: CanaryDialogProps) {
  const { seen, changed, refuse } = useSeenPolicy(policy, reread)
  const { name, canary, state, router, threshold } = seen
  const [percent, setPercent] = useState(10)
  const [sessions, setSessions] = useState(500)
  return (
    <ConfirmDialog
      confirmation={{
        title: `Try ${nameOf(version)} on a share?`,
        text: `${nameOf(version)} at ${formatSetting(version.locked.threshold, threshold === null ? [] : [threshold])} answers a share of the sessions of ${name}, drawn by session; ${router ?? 'the table'}${threshold === null ? '' : ` at ${formatSetting(threshold, [version.locked.threshold])}`} answers the others. It is removed if they show it to be dearer, worse or less reliable; after its sessions \`routellm learn\` puts it in service. ${describePromise(version.locked)}${canary === null ? '' : ` The canary ${canary.router} at ${formatSetting(canary.threshold, [version.locked.threshold])} is removed.`}`,
        button: 'Try it',
        path: '/routers/promote',
        body: {
          policy: name,
          version: version.id,
          seen: state,
          canary: { share: percent / 100, sessions },
        },
      }}
      changed={changed}
      onClose={onClose}
      onDone={onDone}
      onRefused={refuse}
    >
      <DearerNote policy={seen} version={version} />
      <div class="controls">
        <label>
          Percent of sessions{' '}
          <input
            type="number"
            min="1"
            max="99"
            required
            value={percent}
            onInput={(event) => setPercent(event.currentTarget.valueAsNumber)}
          />
        </label>
        <label>
          Sessions of its own until it is decided{' '}
          <input
            type="number"
            min="1"
            max="1000000"
            required
            value={sessions}
            onInput={(event) => setSessions(event.currentTarget.valueAsNumber)}
          />
        </label>
      </div>
    </ConfirmDialog>
  )
}

/** Says that a trial can hardly end well: it removes what is shown to be dearer, whatever its quality. */
function DearerNote({ policy, version: { locked } }: Pick<CanaryDialogProps, 'policy' | 'version'>) {
  const { name, serving, threshold, measure } = policy
  if (!('router' in locked) || threshold === null) return null
  if (locked.sha256 === serving?.sha256) {
    if (locked.threshold >= threshold) return null
    const [there, here] = [
      formatSetting(locked.threshold, [threshold]),
      formatSetting(threshold, [locked.threshold]),
    ]
    return (
      <p class="banner">
        <span>
          This trial will hardly end in its favour. It is the same router, and at {there} it is dearer than at{' '}
          {here} by design; a trial removes what is shown to be dearer, whatever its quality. Promote it
          instead, or{' '}
          <Link href={`/curve?policy=${encodeURIComponent(name)}&at=${locked.threshold}`}>
            see what the {measure} {there} costs
          </Link>
          .
        </span>
      </p>
    )
  }
  const [strong, now] = [locked.evidence?.strongCallFraction, serving?.evidence?.strongCallFraction]
  if (strong === undefined || now === undefined || strong <= now) return null
  return (
    <p class="banner">
      It had {formatShare(strong)} strong calls when it was compared, and the one in service{' '}
      {formatShare(now)}, so it is probably dearer; a trial removes what is shown to be dearer, whatever its
      quality.
    </p>
  )
}
