import type { LockedPolicy, LockedRouter } from '../../../../src/config/lock/lock-file.ts'
import { type Certificate, certificateStatus } from '../../../../src/routing/certificate/certificate.ts'
import { Link } from '../../../app/link.tsx'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatShare } from '../../../ui/format.ts'
import { describeCertificates } from './describe-certificates.ts'
import { MeasuredChange } from './measured-change.tsx'

type ChangeEffectProps = {
  readonly policy: string
  /** What the lock file has of the policy, and what it will have. */
  readonly before: Pick<LockedPolicy, 'serving'>
  readonly next: LockedPolicy
}

/** What a change of what is in service does to its certificate, and to strong calls, dollars and quality, as far as that is known. */
export function ChangeEffect({ policy, before, next }: ChangeEffectProps) {
  const [old, then] = [findValid(before.serving), findValid(next.serving)]
  const setting = next.serving?.threshold ?? next.threshold
  const isSameRouter = before.serving?.sha256 === next.serving?.sha256
  return (
    <>
      <p class={old !== null && then === null ? 'banner' : ''}>
        {describeCertificates(old, then, isSameRouter)}
      </p>
      {isSameRouter && setting !== undefined ? (
        <MeasuredChange policy={policy} setting={setting} />
      ) : (
        <Unmeasured policy={policy} next={next.serving} isSameRouter={isSameRouter} />
      )}
    </>
  )
}

/** The certificate, if it holds today. */
function findValid(locked: LockedRouter | null): Certificate | null {
  const certificate = locked?.certificate ?? null
  return certificate !== null && certificateStatus(certificate, Date.now()).kind === 'valid'
    ? certificate
    : null
}

type UnmeasuredProps = {
  readonly policy: string
  readonly next: LockedRouter | null
  readonly isSameRouter: boolean
}

/** Another router has scored the kept requests: what it did when it was compared is all that is known of it. */
function Unmeasured({ policy, next, isSameRouter }: UnmeasuredProps) {
  if (isSameRouter)
    return <p class="small quiet">What changes in dollars, strong calls and quality is not known here.</p>
  const { strongCallFraction, lossBound } = next?.evidence ?? {}
  const known = [
    strongCallFraction !== undefined && `${formatShare(strongCallFraction)} strong calls`,
    lossBound !== undefined && `at most ${formatShare(lossBound)} of requests lost`,
  ].filter((each) => each !== false)
  const one = next?.router ?? 'configured'
  return (
    <p class="small">
      {known.length > 0 &&
        `On the labels that it was compared on when it was trained, it had ${known.join(' and ')}. `}
      {known.length === 0 ? 'Its strong calls, dollars and quality' : 'Its dollars and quality'} on your
      requests are not known, because{' '}
      <ForeignText text={next?.router ?? 'the router of the configuration'} most={40} /> has not scored them.{' '}
      <Link
        href={`/routers/${encodeURIComponent(policy)}?one=${encodeURIComponent(one)}&other=serving#difference`}
      >
        Compare it with what is in service
      </Link>
    </p>
  )
}
