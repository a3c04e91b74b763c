import { useState } from 'preact/hooks'
import type { LearnResult } from '../../../src/jobs/learn/result.ts'
import type { LearnAnswer } from '../../../src/server/admin/api/routers/learn-routes.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatTime } from '../../ui/format.ts'
import { Failure, Loaded } from '../../ui/states.tsx'
import { LearnOutcome } from './learn-outcome.tsx'
import { RunProgress } from './run-progress.tsx'
import { useLinked } from './use-linked.ts'
import { useRun } from './use-run.ts'

type Answer = LearnAnswer<LearnResult>

/** Trains and compares: starts a run of `learn`, and shows its progress and what became of it. */
export function LearnCard({ policy, onDone }: { policy: string; onDone?: () => void }) {
  const { resource, error, asking, start, cancel } = useRun<Answer>('/learn', onDone)
  const [isAsked, setAsked] = useState(false)
  const card = useLinked('#learn', resource.data !== null)
  const begin = (dryRun: boolean) => {
    setAsked(false)
    start({ policy, dryRun })
  }
  return (
    <section ref={card} id="learn" class="card stack learn" aria-label="Learn from labels">
      <h2 tabIndex={-1}>Learn from labels</h2>
      <Loaded resource={resource} what="The runs cannot be read">
        {({ run, other }) => (
          <>
            {error !== null && <Failure what="That did not work" error={error} />}
            {run?.state === 'running' ? (
              <>
                <p class="quiet small">
                  {run.asked.isDryRun ? 'Compares a new router' : 'Trains a new router'} for{' '}
                  <ForeignText text={run.asked.policy} />, since {formatTime(run.startedAt)}. You can leave
                  this page.
                </p>
                <RunProgress run={run} isCancelling={asking === 'cancel'} cancel={cancel} />
              </>
            ) : (
              <>
                <p class="quiet">
                  Trains a router on the labels of the store, and compares it with the one in service on
                  labels that it was not trained on.
                </p>
                {other !== null && <OtherRun other={other} />}
                {isAsked ? (
                  <Confirmation start={() => begin(false)} leave={() => setAsked(false)} />
                ) : (
                  <div class="controls">
                    <button
                      type="button"
                      disabled={asking !== null || other !== null}
                      onClick={() => begin(true)}
                    >
                      Only compare
                    </button>
                    <button
                      type="button"
                      disabled={asking !== null || other !== null}
                      onClick={() => setAsked(true)}
                    >
                      Train, and promote if better …
                    </button>
                  </div>
                )}
                {run !== null && <LearnOutcome run={run} />}
              </>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}

function OtherRun({ other: { pid, host, since } }: { other: NonNullable<Answer['other']> }) {
  return (
    <p class="banner">
      <span>
        The process {pid} on <ForeignText text={host} /> learns from this store since {formatTime(since)}: the
        schedule, or a person. One process learns at a time.
      </span>
    </p>
  )
}

function Confirmation({ start, leave }: { start: () => void; leave: () => void }) {
  return (
    <div class="stack confirmation">
      <p>
        The new router is promoted at once if it is shown to keep the promise, to be as good and to be
        cheaper. It may be dearer if the one in service is shown to lose more requests than{' '}
        <code>learn.maxLoss</code> allows. With <code>learn.canary</code> it is tried on a share of the
        sessions first. If nothing of this is shown, nothing changes. “Roll back” takes it out of service
        again.
      </p>
      <div class="controls">
        <button type="button" class="primary" ref={(button) => button?.focus()} onClick={start}>
          Train, and promote if shown
        </button>
        <button type="button" onClick={leave}>
          Leave it
        </button>
      </div>
    </div>
  )
}
