import { useState } from 'preact/hooks'
import type { LockablePolicy } from '../../../../src/server/admin/actions/lock-actions.ts'
import type { RollBackAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { useResource } from '../../../api/use-resource.ts'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { ChangeEffect } from './change-effect.tsx'

type RollBackDialogProps = {
  readonly policy: Pick<LockablePolicy, 'name' | 'canary' | 'state'>
  onClose(): void
  onDone(): void
}

/** Says what a roll back returns to, since when that was in service, and what ends with it, before it is made. */
export function RollBackDialog({ policy, onClose, onDone }: RollBackDialogProps) {
  // What was in service as the dialog was opened; the policy changes as soon as it is rolled back.
  const [{ name, canary, state }] = useState(policy)
  const preview = useResource<RollBackAnswer>(`/routers/roll-back?policy=${encodeURIComponent(name)}`)
  const { data, error } = preview
  const [title, doneTitle] =
    canary === null
      ? [`Roll back ${name}?`, `${name} is rolled back`]
      : [`Remove the canary of ${name}?`, `The canary of ${name} is removed`]
  const what = data?.why ?? (error === null ? 'Reading what was in service before …' : error.message)
  return (
    <ConfirmDialog
      confirmation={{
        title,
        doneTitle,
        text:
          data === null ? what : `${what} The server follows at once; requests that are in flight finish.`,
        button: canary === null ? 'Roll back' : 'Remove the canary',
        path: '/routers/roll-back',
        body: { policy: name, seen: state },
      }}
      onClose={onClose}
      onDone={onDone}
    >
      {data !== null && canary === null && (
        <ChangeEffect policy={name} before={data.before} next={data.next} />
      )}
    </ConfirmDialog>
  )
}
