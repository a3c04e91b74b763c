import type { AdminStatus } from '../../../src/server/admin/status.ts'
import { useResource } from '../../api/use-resource.ts'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare } from '../../ui/format.ts'
import { Command, Loaded } from '../../ui/states.tsx'

type Certified = AdminStatus['certificates'][number]

/** What is promised of the routers in service, and whether it still holds. */
export function CertificateCard() {
  const status = useResource<AdminStatus>('/status')
  return (
    <section class="card" aria-label="Certificate">
      <h2>Promised quality</h2>
      <Loaded resource={status} what="The certificates cannot be read">
        {({ certificates, lock }) => (
          <>
            {certificates.map((certified) => (
              <CertifiedRoute key={certified.name} certified={certified} />
            ))}
            {certificates.length === 0 && <NoCertificate />}
            {lock?.policies.map(
              ({ name, canary }) =>
                canary !== null && (
                  <p key={name} class="small">
                    Canary of <ForeignText text={name} />: <ForeignText text={canary.router} /> for{' '}
                    {formatShare(canary.share)} of sessions.
                  </p>
                ),
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}

function CertifiedRoute({ certified }: { certified: Certified }) {
  const { name, router, certificate, status, drift, sessions } = certified
  const alarms = Object.entries(drift).flatMap(([figure, isRaised]) => (isRaised ? [figure] : []))
  const isHeld = status.kind === 'valid'
  return (
    <div class="promise">
      <p class={`figure ${isHeld ? 'good' : 'bad'}`}>
        {isHeld ? 'valid' : status.kind}{' '}
        <span class="small quiet">
          <ForeignText text={name} most={32} /> with <ForeignText text={router} most={32} />
        </span>
      </p>
      <p>
        At most {formatShare(certificate.maxLoss)} of requests get a worse answer than the strong model’s,{' '}
        {formatShare(certificate.confidence)} sure, from {formatCount(certificate.labels)} labels, until{' '}
        {certificate.validUntil}.
      </p>
      <p class="small quiet">
        {sessions === 0 && alarms.length === 0
          ? 'Drift is watched; there has been no session since the server started.'
          : `${alarms.length === 0 ? 'No drift' : `Drift of ${alarms.join(', ')}`} in ${formatCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'} since the start.`}
      </p>
    </div>
  )
}

function NoCertificate() {
  return (
    <div class="stack">
      <p class="quiet">
        Nothing is promised of the router in service. Labels of your own traffic prove a bound on the loss:
      </p>
      <Command text="routellm learn --dry-run" />
    </div>
  )
}
