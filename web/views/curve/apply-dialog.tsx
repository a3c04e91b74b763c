import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import { lockFileName } from '../../../src/config/lock/lock-file.ts'
import type { ApplyAnswer, CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import type { AdminStatus } from '../../../src/server/admin/status.ts'
import { postJson } from '../../api/request.ts'
import { useResource } from '../../api/use-resource.ts'
import { ChangedNote } from '../../served/changed-note.tsx'
import { describeServedChange } from '../../served/describe-served.ts'
import { useSeen } from '../../served/use-seen.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount } from '../../ui/format.ts'
import { Failure } from '../../ui/states.tsx'
import { Comparison } from './setting/comparison.tsx'

type Choice = {
  readonly answer: CurveAnswer
  /** The place of the point that is put in service. */
  readonly chosen: number
}

type ApplyDialogProps = Choice & {
  /** Reads anew what is served. */
  readonly reread: () => void
  /** @param before `CurvePolicy.state` before. */
  readonly onApplied: (done: ApplyAnswer, before: string) => void
  readonly close: () => void
}

/** Says what another setting changes before it is put in service. */
export function ApplyDialog({ answer: current, chosen: at, reread, onApplied, close }: ApplyDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  const status = useResource<AdminStatus>('/status')
  const [state, setState] = useState<'asking' | 'working' | Error>('asking')
  const { seen, before, refuse } = useSeen<Choice>(
    { answer: current, chosen: at },
    ({ answer: { policy } }) => policy,
    reread,
  )
  // What was refused is answered by what is shown now.
  useEffect(() => {
    if (before === null) return
    setState('asking')
    status.retry()
  }, [before])
  const { answer, chosen } = seen
  const { policy, points, served, requests } = answer
  const [now, then] = [points[served]!, points[chosen]!]
  const [textNow, textThen] = [
    formatSetting(now.setting, [then.setting]),
    formatSetting(then.setting, [now.setting]),
  ]
  const certified = status.data?.certificates.find(({ name }) => name === policy.name)
  const apply = () => {
    setState('working')
    postJson<ApplyAnswer>('/curve', { policy: policy.name, setting: then.setting, seen: policy.state }).then(
      (done) => onApplied(done, policy.state),
      (error: Error) => {
        setState(error)
        refuse(error)
      },
    )
  }
  return (
    <dialog ref={dialog} class="help stack" aria-labelledby="apply-title" onClose={close}>
      <h1 id="apply-title">
        Put the {policy.measure} {textThen} in service?
      </h1>
      {before !== null && <ChangedNote change={describeServedChange(before.answer.policy, answer.policy)} />}
      <p>
        <ForeignText text={policy.name} most={60} /> with{' '}
        <ForeignText text={policy.router ?? 'a table'} most={60} /> goes from {textNow} to {textThen}. On the
        same {formatCount(requests)} requests:
        {answer.labels.used === 0 && ' quality is not known, because no label has a score for each model.'}
      </p>
      <Comparison answer={answer} now={now} then={then} />
      <p>
        It is written into the lock file, {lockFileName}, which the server follows within seconds. Undo puts
        back what is in service now.
      </p>
      {status.isLoading ? null : certified === undefined ? (
        status.data !== null && <p>No certificate is in service, so none ends.</p>
      ) : then.setting > now.setting ? (
        <p class="banner">
          The certificate of {formatCount(certified.certificate.labels)} labels ends, because it does not hold
          for {policy.measure === 'threshold' ? 'fewer strong calls' : 'a larger tolerance'}: no limit of the
          loss is guaranteed then.
        </p>
      ) : (
        <p>
          The certificate of {formatCount(certified.certificate.labels)} labels stays: no more requests can be
          lost.
        </p>
      )}
      {state instanceof Error && <Failure what="It was not put in service" error={state} />}
      <div class="controls">
        <button type="button" class="primary" disabled={state === 'working' || now === then} onClick={apply}>
          {state === 'working' ? 'Writing …' : now === then ? 'In service already' : 'Put in service'}
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </dialog>
  )
}
