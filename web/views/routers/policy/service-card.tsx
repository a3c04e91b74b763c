import { useState } from 'preact/hooks'
import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import { lockFileName } from '../../../../src/config/lock/lock-file.ts'
import type { LockablePolicy } from '../../../../src/server/admin/actions/lock-actions.ts'
import type { AdminStatus } from '../../../../src/server/admin/status.ts'
import { Link } from '../../../app/link.tsx'
import { useKeys } from '../../../app/shortcuts.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatShare } from '../../../ui/format.ts'
import { MessageText } from '../../../ui/message-text.tsx'
import { RollBackDialog } from './roll-back-dialog.tsx'

type ServiceCardProps = {
  readonly policy: LockablePolicy
  /** Null: it is not known yet. */
  readonly status: AdminStatus | null
  readonly isChangeable: boolean
  /** Reads anew what is served. */
  reread(): void
  /** @param why what was changed here. */
  onChange(why: string): void
}

/** What answers for a policy now, what is promised of it, and what is tried beside it. */
export function ServiceCard({ policy, status, isChangeable, reread, onChange }: ServiceCardProps) {
  const { name, description, problem, serving, canary, router, threshold, measure, isThresholdLocked } =
    policy
  const [confirming, setConfirming] = useState(false)
  const canRollBack = serving !== null || canary !== null || isThresholdLocked
  useKeys(
    isChangeable
      ? [
          {
            on: ['r'],
            title: canary === null ? 'Roll back, after a question' : 'Remove the canary, after a question',
            run: () => canRollBack && setConfirming(true),
          },
        ]
      : [],
  )
  return (
    <section class="card in-service" aria-label={`In service for ${escapeInvisible(name)}`}>
      <h2>
        <span>
          In service for <ForeignText text={name} most={32} />
          {policy.policy !== null && policy.policy !== name && (
            <>
              {' '}
              (the policy <ForeignText text={policy.policy} most={32} />)
            </>
          )}
        </span>
        {isChangeable && canRollBack && (
          <button type="button" onClick={() => setConfirming(true)}>
            {canary === null ? 'Roll back' : 'Remove the canary'}
          </button>
        )}
      </h2>
      {problem !== null && (
        <p class="banner">
          <MessageText text={problem} />
        </p>
      )}
      <div class="split even">
        <div class="stack">
          <p class="figure">
            <ForeignText text={router ?? 'a table'} most={40} />{' '}
            <span class="small quiet">
              {threshold === null
                ? `${measure} by its calibration`
                : `${measure} ${formatSetting(threshold)}`}
            </span>
          </p>
          <p class="quiet">
            <ForeignText text={description} most={300} />
          </p>
          <p class="small quiet">{describeSource(policy)}</p>
          {measure === 'threshold' && (
            <Link href={`/curve?policy=${encodeURIComponent(name)}`}>Move the threshold</Link>
          )}
        </div>
        <PromiseOf policy={policy} status={status} />
      </div>
      {canary !== null && <Canary canary={canary} />}
      {confirming && (
        <RollBackDialog
          policy={policy}
          reread={reread}
          onClose={() => setConfirming(false)}
          onDone={(why) => {
            setConfirming(false)
            onChange(why)
          }}
        />
      )}
    </section>
  )
}

function describeSource({ serving, isThresholdLocked }: LockablePolicy): string {
  if (serving !== null)
    return `Put in service by the lock file, ${lockFileName}, which has what was promoted here or by learn.`
  return isThresholdLocked
    ? `The router is that of the configuration; the threshold is that of the lock file, ${lockFileName}, which has what was changed here.`
    : `As the configuration says. The lock file, ${lockFileName}, has what is changed here, and nothing of this policy.`
}

/** The certificate, whether it holds, and what has drifted. */
function PromiseOf({ policy, status }: Pick<ServiceCardProps, 'policy' | 'status'>) {
  const certified = status?.certificates.find(({ name }) => name === policy.name)
  const certificate = policy.serving?.certificate
  if (certificate === undefined)
    return (
      <div class="stack">
        <p class="figure quiet">No certificate</p>
        <p class="quiet">
          {policy.serving === null
            ? 'A router has a certificate only if it was calibrated on your labels. Train and compare one below.'
            : 'No limit of the loss is guaranteed at this threshold: the certificate was made for a lower one, and does not hold above it.'}
        </p>
      </div>
    )
  const { maxLoss, confidence, labels, validUntil } = certificate
  const kind = certified?.status.kind ?? 'valid'
  return (
    <div class="stack">
      <p class={`figure ${kind === 'valid' ? 'good' : 'bad'}`}>
        {kind}{' '}
        <span class="small quiet">
          {certified?.status.kind === 'valid' ? `${formatCount(certified.status.daysLeft)} days left` : ''}
        </span>
      </p>
      <dl class="definitions">
        <dt>Promise</dt>
        <dd>
          at most {formatShare(maxLoss)} of requests lost, {formatShare(confidence)} sure
        </dd>
        <dt>Labels</dt>
        <dd>{formatCount(labels)}</dd>
        <dt>Valid until</dt>
        <dd>{validUntil}</dd>
        <dt>Drift</dt>
        <dd>{describeDrift(certified)}</dd>
      </dl>
    </div>
  )
}

function describeDrift(certified: AdminStatus['certificates'][number] | undefined): string {
  if (certified === undefined) return 'not watched'
  const { drift, sessions } = certified
  const alarms = Object.entries(drift).flatMap(([figure, isRaised]) => (isRaised ? [figure] : []))
  if (sessions === 0 && alarms.length === 0) return 'not known yet: no session has been watched'
  const watched = sessions === 1 ? '1 watched session' : `${formatCount(sessions)} watched sessions`
  return `${alarms.length === 0 ? 'none' : `of ${alarms.join(' and ')}`} in ${watched}`
}

function Canary({ canary }: { canary: NonNullable<LockablePolicy['canary']> }) {
  return (
    <p class="banner">
      <span>
        Canary: <ForeignText text={canary.router} most={40} /> at {formatSetting(canary.threshold)} answers{' '}
        {formatShare(canary.share)} of the sessions since {canary.since.slice(0, 10)}. It is decided after{' '}
        {formatCount(canary.sessions)} of its own; what they show so far is under Experiments.
      </span>
    </p>
  )
}
