import { useEffect, useRef, useState } from 'preact/hooks'
import type { EvidenceAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import type { AdminStatus } from '../../../../src/server/admin/status.ts'
import { postJson } from '../../../api/request.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatShare } from '../../../ui/format.ts'
import { Command, Failure } from '../../../ui/states.tsx'
import { type Column, RowTable } from '../../../ui/table/row-table.tsx'
import { EvidenceChart } from './evidence-chart.tsx'

type Experiment = AdminStatus['experiments'][number]

const columns: readonly Column<Experiment>[] = [
  { title: 'Experiment', place: 'lead', cell: ({ id }) => <ForeignText text={id} most={40} /> },
  { title: 'Control', cell: ({ control }) => <ForeignText text={control} most={32} /> },
  { title: 'Treatment', cell: ({ treatment }) => <ForeignText text={treatment} most={32} /> },
  { title: 'Share', isNumber: true, cell: ({ share }) => formatShare(share) },
  {
    title: 'State',
    className: () => 'nowrap',
    cell: ({ isStopped }) => (isStopped ? 'ended: everyone gets the control' : 'running'),
  },
]

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
            <code>experiments</code> of the configuration:
          </p>
          <Command text="experiments: { cheaper: { control: auto, treatment: frugal, share: 0.5, … } }" />
        </div>
      ) : (
        <>
          <RowTable name="experiments" isBare columns={columns} rows={experiments} keyOf={({ id }) => id} />
          {evidence.map((each) => (
            <EvidenceChart key={each.id} evidence={each} />
          ))}
        </>
      )}
    </section>
  )
}
