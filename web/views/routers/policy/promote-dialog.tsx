import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import { describeExpired, dropExpired } from '../../../../src/config/lock/changes/drop-expired.ts'
import type { LockedPolicy } from '../../../../src/config/lock/lock-file.ts'
import type { LockablePolicy } from '../../../../src/server/admin/actions/lock-actions.ts'
import { useSeenPolicy } from '../../../served/use-seen.ts'
import { type Confirmation, ConfirmDialog } from '../confirm-dialog.tsx'
import { ChangeEffect } from './change-effect.tsx'
import { nameOf, type Version } from './version-columns.tsx'

type PromoteDialogProps = {
  readonly version: Version
  readonly policy: LockablePolicy
  /** Reads anew what is served. */
  reread(): void
  onClose(): void
  onDone(why: string): void
}

/** Says what a version changes before it is put in service. */
export function PromoteDialog({ version, policy, reread, onClose, onDone }: PromoteDialogProps) {
  const { seen, changed, refuse } = useSeenPolicy(policy, reread)
  return (
    <ConfirmDialog
      confirmation={promotionOf(version, seen)}
      changed={changed}
      onClose={onClose}
      onDone={onDone}
      onRefused={refuse}
    >
      <ChangeEffect key={seen.state} policy={seen.name} before={seen} next={nextOf(version)} />
    </ConfirmDialog>
  )
}

function nextOf({ locked }: Version): LockedPolicy {
  return 'router' in locked
    ? { serving: dropExpired(locked, Date.now()), canary: null }
    : { serving: null, canary: null, threshold: locked.threshold }
}

function promotionOf(version: Version, policy: LockablePolicy): Confirmation {
  const { name, canary, state, router, threshold } = policy
  const { locked } = version
  const isCanary =
    canary !== null &&
    'router' in locked &&
    canary.sha256 === locked.sha256 &&
    canary.threshold === locked.threshold
  const expired = 'router' in locked ? describeExpired(locked, Date.now()) : ''
  return {
    title: `Promote ${nameOf(version)}?`,
    text: [
      `${nameOf(version)} at ${formatSetting(locked.threshold, threshold === null ? [] : [threshold])} takes the place of ${router ?? 'the table'}${threshold === null ? '' : ` at ${formatSetting(threshold, [locked.threshold])}`} for all sessions of ${name}; the server follows at once.${expired}`,
      ...(canary === null
        ? []
        : [
            isCanary
              ? 'Its trial ends before it is decided.'
              : `The canary ${canary.router} at ${formatSetting(canary.threshold, [locked.threshold])} is removed.`,
          ]),
      'Roll back undoes it.',
    ].join(' '),
    button: 'Promote',
    path: '/routers/promote',
    body: { policy: name, version: version.id, canary: null, seen: state },
  }
}
