import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import { lockFileName } from '../../../src/config/lock/lock-file.ts'
import type { ApplyAnswer, CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import type { AdminStatus } from '../../../src/server/admin/status.ts'
import { postJson } from '../../api/request.ts'
import { useResource } from '../../api/use-resource.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount } from '../../ui/format.ts'
import { Failure } from '../../ui/states.tsx'
import { Comparison } from './setting/comparison.tsx'

type ApplyDialogProps = {
  readonly answer: CurveAnswer
  readonly chosen: number
  readonly onApplied: (done: ApplyAnswer) => void
  readonly close: () => void
}

/** Says what another setting changes before it is put in service. */
export function ApplyDialog({ answer, chosen, onApplied, close }: ApplyDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => dialog.current?.showModal(), [])
  const status = useResource<AdminStatus>('/status')
  const [state, setState] = useState<'asking' | 'working' | Error>('asking')
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
      onApplied,
      setState,
    )
  }
  return (
    <dialog ref={dialog} class="help stack" aria-labelledby="apply-title" onClose={close}>
      <h1 id="apply-title">
        Put the {policy.measure} {textThen} in service?
      </h1>
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
      {certified === undefined ? (
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
      {state instanceof Error && <Failure what="It was not put in service" error={state} retry={apply} />}
      <div class="controls">
        <button type="button" class="primary" disabled={state === 'working'} onClick={apply}>
          {state === 'working' ? 'Writing …' : 'Put in service'}
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </dialog>
  )
}
