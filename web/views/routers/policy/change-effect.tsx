import type { LockedPolicy, LockedRouter } from '../../../../src/config/lock/lock-file.ts'
import { type Certificate, certificateStatus } from '../../../../src/routing/certificate/certificate.ts'
import { describeCertificates } from './describe-certificates.ts'
import { MeasuredChange } from './measured-change.tsx'
import { UnmeasuredChange } from './unmeasured-change.tsx'

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
        <UnmeasuredChange policy={policy} next={next.serving} isSameRouter={isSameRouter} />
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
