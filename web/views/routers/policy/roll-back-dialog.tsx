import type { RollBackAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { useResource } from '../../../api/use-resource.ts'
import type { Served } from '../../../served/describe-served.ts'
import { useSeenPolicy } from '../../../served/use-seen.ts'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { ChangeEffect } from './change-effect.tsx'

type RollBackDialogProps = {
  readonly policy: Served
  /** Reads anew what is served. */
  reread(): void
  onClose(): void
  /** @param before `Served.state` that was rolled back. */
  onDone(why: string, before: string): void
}

/** Says what a roll back returns to, since when that was in service, and what ends with it, before it is made. */
export function RollBackDialog({ policy, reread, onClose, onDone }: RollBackDialogProps) {
  const { seen, changed, refuse } = useSeenPolicy(policy, () => {
    reread()
    preview.retry()
  })
  const { name, canary, state } = seen
  const preview = useResource<RollBackAnswer>(`/routers/roll-back?policy=${encodeURIComponent(name)}`)
  const { data, error } = preview
  const what = data?.why ?? (error === null ? 'Reading what was in service before …' : error.message)
  return (
    <ConfirmDialog
      confirmation={{
        title: canary === null ? `Roll back ${name}?` : `Remove the canary of ${name}?`,
        text:
          data === null ? what : `${what} The server follows at once; requests that are in flight finish.`,
        button: canary === null ? 'Roll back' : 'Remove the canary',
        path: '/routers/roll-back',
        body: { policy: name, seen: state },
      }}
      changed={changed}
      onClose={onClose}
      onDone={(why) => onDone(why, state)}
      onRefused={refuse}
    >
      {data !== null && canary === null && (
        <ChangeEffect key={state} policy={name} before={data.before} next={data.next} />
      )}
    </ConfirmDialog>
  )
}
