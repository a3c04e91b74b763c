import { useMemo } from 'preact/hooks'
import { formatOfNeeded } from '../../../src/base/text/format/format-number.ts'
import { Meter } from '../../../src/charts/meter.tsx'
import type { PolicyProgress } from '../../../src/server/admin/actions/label-actions.ts'
import type { LabelProgressAnswer } from '../../../src/server/admin/api/label/routes.ts'
import type { AdminStatus } from '../../../src/server/admin/status.ts'
import { useResource } from '../../api/use-resource.ts'
import { Link } from '../../app/link.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatExactTime } from '../../ui/format.ts'
import { MessageText } from '../../ui/message-text.tsx'
import { Loaded } from '../../ui/states.tsx'

/** How many labels are missing until the next certificate, by policy. @param labelled since the page was opened. */
export function ProgressCard({ labelled }: { labelled: number }) {
  const progress = useResource<LabelProgressAnswer>('/label/progress')
  const status = useResource<AdminStatus>('/status')
  const counted = useMemo(() => ({ time: Date.now(), labelled }), [progress.data])
  const since = labelled - counted.labelled
  return (
    <section class="card label-progress">
      <h2>
        <span>Until the next certificate</span>
        <button
          type="button"
          class="link"
          disabled={progress.isLoading}
          onClick={progress.retry}
          title="Counts the labels of the store"
        >
          {progress.isLoading ? 'Counting …' : 'Count again'}
        </button>
      </h2>
      <Loaded resource={progress} what="The labels cannot be counted">
        {({ policies }) => (
          <div class="stack">
            {policies.length === 0 && (
              <p class="quiet">
                Without a configuration file no policy learns, so no certificate is on the way.
              </p>
            )}
            {policies.map((policy) => (
              <OfPolicy
                key={policy.policy}
                progress={policy}
                certificate={status.data?.certificates.find(({ name }) => name === policy.policy) ?? null}
              />
            ))}
            <p class="small quiet">
              Counted {formatExactTime(counted.time)}
              {since > 0 &&
                `, before ${since === 1 ? 'the last answer' : `the last ${formatCount(since)} answers`} here`}
              .
            </p>
          </div>
        )}
      </Loaded>
    </section>
  )
}

type OfPolicyProps = {
  readonly progress: PolicyProgress
  readonly certificate: AdminStatus['certificates'][number] | null
}

function OfPolicy({ progress, certificate }: OfPolicyProps) {
  const { policy, problem, missing, maxLoss, confidence, calibration, comparison, refusal } = progress
  const promise = `at most ${formatPercent(maxLoss)} of requests lost, ${formatPercent(confidence)} confidence`
  if (problem !== null)
    return (
      <p class="quiet">
        <ForeignText text={policy} most={40} />: <MessageText text={problem} most={400} />
      </p>
    )
  return (
    <div class="stack policy">
      <p>
        {missing === 0 ? (
          <strong>Enough labels to try</strong>
        ) : (
          <strong>{formatCount(missing)} more labels, about</strong>
        )}{' '}
        for <ForeignText text={policy} most={40} /> <span class="quiet">({promise})</span>
      </p>
      <dl class="label-parts">
        <Part title="to calibrate with" part={calibration} />
        <Part title="to compare on" part={comparison} />
      </dl>
      {missing === 0 && (
        <p>
          <Link href={`/routers/${encodeURIComponent(policy)}#learn`}>Train and compare a router</Link>
        </p>
      )}
      {refusal !== null && (
        <p class="small quiet">
          Last tried {formatExactTime(refusal.time)}: <ForeignText text={refusal.why} most={300} canOpen />
        </p>
      )}
      <p class="small quiet">
        {certificate === null
          ? 'No certificate is in service.'
          : `In service: ${formatCount(certificate.certificate.labels)} labels, valid until ${certificate.certificate.validUntil}${certificate.status.kind === 'valid' ? '' : `, ${certificate.status.kind}`}.`}{' '}
        A session counts once, if the outcomes of both models are known.
      </p>
    </div>
  )
}

/** `5 %`: as it is configured. */
function formatPercent(share: number): string {
  return `${Number((share * 100).toPrecision(4))} %`
}

function Part({ title, part }: { title: string; part: PolicyProgress['calibration'] }) {
  const { sessions, needed } = part
  return (
    <>
      <dt class="small quiet">{title}</dt>
      <dd>
        <Meter share={needed === 0 ? 1 : sessions / needed} series={2} />
      </dd>
      <dd class="small number">{formatOfNeeded(sessions, needed)}</dd>
    </>
  )
}
