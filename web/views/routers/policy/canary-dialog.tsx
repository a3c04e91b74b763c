import { useState } from 'preact/hooks'
import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import type { LockablePolicy } from '../../../../src/server/admin/actions/lock-actions.ts'
import type { VersionsAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { nameOf } from './version-columns.tsx'
import { describePromise } from './versions-card.tsx'

type CanaryDialogProps = {
  readonly policy: LockablePolicy
  readonly version: VersionsAnswer[number]
  onClose(): void
  onDone(): void
}

/** Asks on which share of the sessions a version is tried, and for how long. */
export function CanaryDialog({ policy, version, onClose, onDone }: CanaryDialogProps) {
  const { name, canary, state, router, threshold } = policy
  const [percent, setPercent] = useState(10)
  const [sessions, setSessions] = useState(500)
  return (
    <ConfirmDialog
      confirmation={{
        title: `Try ${nameOf(version)} on a share?`,
        doneTitle: `${nameOf(version)} is tried`,
        text: `${nameOf(version)} at ${formatSetting(version.locked.threshold, threshold === null ? [] : [threshold])} answers a share of the sessions of ${name}, drawn by session; ${router ?? 'the table'}${threshold === null ? '' : ` at ${formatSetting(threshold, [version.locked.threshold])}`} answers the others. It is removed if they show it to be dearer, worse or less reliable; after its sessions \`routellm learn\` puts it in service. ${describePromise(version.locked)}${canary === null ? '' : ` The canary ${canary.router} is removed.`}`,
        button: 'Try it',
        path: '/routers/promote',
        body: {
          policy: name,
          version: version.id,
          seen: state,
          canary: { share: percent / 100, sessions },
        },
      }}
      onClose={onClose}
      onDone={onDone}
    >
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
