import { useEffect, useRef, useState } from 'preact/hooks'
import type { EvidenceAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import type { AdminStatus } from '../../../../src/server/admin/status.ts'
import { postJson } from '../../../api/request.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatShare } from '../../../ui/format.ts'
import { Command, Failure } from '../../../ui/states.tsx'
import { TableFrame } from '../../../ui/table-frame.tsx'
import { EvidenceChart } from './evidence-chart.tsx'

type Evaluation = 'none' | 'runs' | EvidenceAnswer | Error

/** What is compared on live sessions: experiments of the configuration, and canaries. */
export function ExperimentsCard({ status }: { status: AdminStatus | null }) {
  const [evaluation, setEvaluation] = useState<Evaluation>('none')
  const control = useRef<AbortController | null>(null)
  useEffect(() => () => control.current?.abort(), [])
  if (status === null) return null
  const { experiments } = status
  const evaluate = () => {
    const started = new AbortController()
    control.current = started
    setEvaluation('runs')
    postJson<EvidenceAnswer>('/routers/evidence', {}, { signal: started.signal }).then(
      setEvaluation,
      (error: Error) => setEvaluation(started.signal.aborted ? 'none' : error),
    )
  }
  const evidence = Array.isArray(evaluation) ? (evaluation as EvidenceAnswer) : []
  return (
    <section class="card" aria-label="Experiments">
      <h2>
        Experiments
        {experiments.length > 0 &&
          (evaluation === 'runs' ? (
            <span class="controls" aria-live="polite">
              <span class="pulse">Comparing all sessions …</span>
              <button type="button" onClick={() => control.current?.abort()}>
                Cancel
              </button>
            </span>
          ) : (
            <button type="button" onClick={evaluate}>
              Compare now
            </button>
          ))}
      </h2>
      {evaluation instanceof Error && <Failure what="Not compared" error={evaluation} retry={evaluate} />}
      {experiments.length === 0 ? (
        <div class="stack">
          <p class="quiet">
            Nothing is compared on live sessions. Try a version on a share, or name two policies under
            `experiments` of the configuration:
          </p>
          <Command text="experiments: { cheaper: { control: auto, treatment: frugal, share: 0.5, … } }" />
        </div>
      ) : (
        <>
          <TableFrame kind="bare">
            <table>
              <thead>
                <tr>
                  <th scope="col">Experiment</th>
                  <th scope="col">Control</th>
                  <th scope="col">Treatment</th>
                  <th scope="col" class="number">
                    Share
                  </th>
                  <th scope="col">State</th>
                </tr>
              </thead>
              <tbody>
                {experiments.map(({ id, control: arm, treatment, share, isStopped }) => (
                  <tr key={id}>
                    <td>
                      <ForeignText text={id} most={40} />
                    </td>
                    <td>
                      <ForeignText text={arm} most={32} />
                    </td>
                    <td>
                      <ForeignText text={treatment} most={32} />
                    </td>
                    <td class="number">{formatShare(share)}</td>
                    <td class="nowrap">{isStopped ? 'ended: everyone gets the control' : 'running'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </TableFrame>
          {evidence.map((each) => (
            <EvidenceChart key={each.id} evidence={each} />
          ))}
        </>
      )}
    </section>
  )
}
