import type { AdminStatus } from '../../../src/server/admin/status.ts'
import type { Resource } from '../../api/use-resource.ts'
import { Link } from '../../app/link.tsx'
import { ForeignText } from '../../ui/foreign-text.tsx'
import { formatCount, formatShare } from '../../ui/format.ts'
import { Command, Loaded } from '../../ui/states.tsx'

const mostShown = 2

type Certified = AdminStatus['certificates'][number]

/** What is promised of the routers in service, and whether it still holds. */
export function CertificateCard({ status }: { status: Resource<AdminStatus> }) {
  return (
    <section class="card" aria-label="Certificate">
      <h2>Promised quality</h2>
      <Loaded resource={status} what="The certificates cannot be read">
        {({ certificates, lock }) => (
          <>
            {certificates.slice(0, mostShown).map((certified) => (
              <CertifiedRoute key={certified.name} certified={certified} />
            ))}
            {certificates.length === 0 && <NoCertificate />}
            {certificates.length > 0 && (
              <p class="small quiet">
                {describeScope(certificates.length)} <Link href="/routers">All policies</Link>
              </p>
            )}
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

/** What the certificates beside it are of, as the saving is of all policies. */
function describeScope(certificates: number): string {
  const of =
    certificates === 1
      ? 'The certificate is of this policy only.'
      : `${formatCount(certificates)} policies have a certificate${certificates > mostShown ? `; ${mostShown} are shown` : ''}.`
  return `${of} The saving is of all policies that are shown.`
}

function CertifiedRoute({ certified }: { certified: Certified }) {
  const { name, router, certificate, status, drift, sessions, paced } = certified
  const alarms = Object.entries(drift).flatMap(([figure, isRaised]) => (isRaised ? [figure] : []))
  const isHeld = status.kind === 'valid'
  return (
    <div class="promise">
      <p class={`figure ${isHeld ? 'good' : 'bad'}`}>
        {isHeld ? 'valid' : status.kind}{' '}
        <span class="small quiet">
          policy <ForeignText text={name} most={32} />, router <ForeignText text={router} most={32} />
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
      {paced > 0 && (
        <p class="small">
          Not promised for {formatCount(paced)} {paced === 1 ? 'request' : 'requests'} since the start:
          decided at another threshold, because a budget was spent too fast.
        </p>
      )}
    </div>
  )
}

function NoCertificate() {
  return (
    <div class="stack">
      <p class="quiet">
        No router in service has a certificate, so no quality is promised. With labels of your own traffic a
        new router can get one:
      </p>
      <Command text="routellm learn --dry-run" />
    </div>
  )
}
