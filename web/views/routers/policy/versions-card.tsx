import { useState } from 'preact/hooks'
import { formatSetting } from '../../../../src/base/text/format/format-setting.ts'
import { certificateStatus } from '../../../../src/routing/certificate/certificate.ts'
import type { LockablePolicy } from '../../../../src/server/admin/actions/lock-actions.ts'
import type { VersionsAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { useResource } from '../../../api/use-resource.ts'
import { escapeInvisible } from '../../../ui/escape-invisible.ts'
import { ForeignText } from '../../../ui/foreign-text.tsx'
import { formatCount, formatShare, formatTime } from '../../../ui/format.ts'
import { Command, Loaded } from '../../../ui/states.tsx'
import { TableFrame } from '../../../ui/table-frame.tsx'
import { type Confirmation, ConfirmDialog } from '../confirm-dialog.tsx'
import { useReadAgain } from '../use-read-again.ts'
import { CanaryDialog } from './canary-dialog.tsx'

type Version = VersionsAnswer[number]

type VersionsCardProps = {
  readonly policy: LockablePolicy
  readonly isChangeable: boolean
  onChange(): void
}

type Asked = { readonly kind: 'promote' | 'canary'; readonly version: Version }

/** What was in service for a policy or was tried, the newest first. */
export function VersionsCard({ policy, isChangeable, onChange }: VersionsCardProps) {
  const { name } = policy
  const versions = useResource<VersionsAnswer>(`/routers/versions?policy=${encodeURIComponent(name)}`)
  useReadAgain(policy.state, versions.retry)
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  return (
    <section class="card" aria-label="Versions">
      <h2>Versions</h2>
      <Loaded resource={versions} what="The versions cannot be read">
        {(rows) =>
          rows.length === 0 ? (
            <div class="stack">
              <p class="quiet">
                No router has been trained for this policy yet. This trains one on the labels of the store,
                and promotes it if it is shown to be better:
              </p>
              <Command text={`routellm learn --policy ${name}`} />
            </div>
          ) : (
            <TableFrame kind="bare">
              <table class="versions">
                <thead>
                  <tr>
                    <th scope="col">Version</th>
                    <th scope="col">State</th>
                    <th scope="col">Since</th>
                    <th scope="col" class="number">
                      At
                    </th>
                    <th
                      scope="col"
                      class="number"
                      title="Area under the curve of quality, of that between the models"
                    >
                      APGR
                    </th>
                    <th scope="col" class="number" title="Upper limit of the requests that are lost">
                      Lost
                    </th>
                    <th scope="col" class="number">
                      Strong calls
                    </th>
                    <th scope="col" class="number">
                      Labels
                    </th>
                    <th scope="col">Against</th>
                    {isChangeable && (
                      <th scope="col">
                        <span class="hidden">Changes</span>
                      </th>
                    )}
                  </tr>
                </thead>
                <tbody>
                  {foldEqual(rows).map((equal) => (
                    <VersionRow
                      key={equal[0].id}
                      version={equal[0]}
                      equal={equal}
                      state={stateOf(equal, policy)}
                      thresholds={rows.map((row) => row.locked.threshold)}
                      hasChanges={isChangeable}
                      ask={setAsked}
                    />
                  ))}
                </tbody>
              </table>
            </TableFrame>
          )
        }
      </Loaded>
      {asked?.kind === 'promote' && (
        <ConfirmDialog confirmation={promotionOf(asked.version, policy)} onClose={close} onDone={onChange} />
      )}
      {asked?.kind === 'canary' && (
        <CanaryDialog policy={policy} version={asked.version} onClose={close} onDone={onChange} />
      )}
    </section>
  )
}

type VersionState = 'in service' | 'canary' | 'before' | 'rolled back' | 'tried'

/** The versions of one content, the newest first. */
type EqualVersions = readonly [Version, ...(readonly Version[])]

/** A row for each content, in the place of its newest version. */
function foldEqual(rows: readonly Version[]): readonly EqualVersions[] {
  const folded: [Version, ...Version[]][] = []
  for (const version of rows) {
    const equal = folded.find(([newest]) => isSame(newest.locked, version.locked))
    if (equal === undefined) folded.push([version])
    else equal.push(version)
  }
  return folded
}

function stateOf(equal: EqualVersions, policy: LockablePolicy): VersionState {
  const { locked, state } = equal[0]
  const current = policy.serving ?? (policy.isThresholdLocked ? { threshold: policy.threshold } : null)
  if (isSame(current, locked)) return 'in service'
  if (isSame(policy.canary, locked)) return 'canary'
  return state === 'served' ? 'before' : state === 'rolled-back' ? 'rolled back' : 'tried'
}

function isSame(one: object | null, other: object): boolean {
  return (
    one !== null &&
    Reflect.get(one, 'sha256') === Reflect.get(other, 'sha256') &&
    Reflect.get(one, 'threshold') === Reflect.get(other, 'threshold')
  )
}

type VersionRowProps = {
  readonly version: Version
  readonly state: VersionState
  /** With the same content, this one first. */
  readonly equal: EqualVersions
  /** Of all rows. */
  readonly thresholds: readonly number[]
  /** Whether there is a column for changes. */
  readonly hasChanges: boolean
  ask(asked: Asked): void
}

function VersionRow({ version, equal, state, thresholds, hasChanges, ask }: VersionRowProps) {
  const { locked, time } = version
  const { evidence, certificate } = 'router' in locked ? locked : {}
  const name = nameOf(version)
  const at = formatSetting(locked.threshold, thresholds)
  return (
    <tr {...(state === 'in service' && { 'aria-current': 'true' as const })}>
      <td>
        <ForeignText text={name} most={40} />
        {equal.length > 1 && (
          <span
            class="tag"
            title={`In service or tried at ${equal.map((each) => formatTime(each.time)).join('; ')}`}
          >
            {equal.length} times since {formatTime(equal.at(-1)!.time)}
          </span>
        )}
      </td>
      <td class="nowrap">{state === 'in service' ? <strong class="good">in service</strong> : state}</td>
      <td class="nowrap">{formatTime(time)}</td>
      <td class="number">{at}</td>
      <td class="number">{evidence?.apgr == null ? '–' : evidence.apgr.toFixed(3)}</td>
      <td class="number">
        {evidence?.lossBound === undefined ? '–' : `≤ ${formatShare(evidence.lossBound)}`}
      </td>
      <td class="number">{formatShare(evidence?.strongCallFraction ?? null)}</td>
      <td class="number">{formatCount(certificate?.labels ?? null)}</td>
      <td>{evidence === undefined ? '–' : <ForeignText text={evidence.against} most={32} />}</td>
      {hasChanges && (
        <td class="number">
          {state !== 'in service' && (
            <span class="controls end">
              {'router' in locked && state !== 'canary' && (
                <button
                  type="button"
                  onClick={() => ask({ kind: 'canary', version })}
                  aria-label={`Try ${escapeInvisible(name)} at ${at} on a share`}
                  title="Try it on a share of the sessions"
                >
                  Try
                </button>
              )}
              <button
                type="button"
                onClick={() => ask({ kind: 'promote', version })}
                aria-label={`Promote ${escapeInvisible(name)} at ${at}`}
                data-row=""
              >
                Promote
              </button>
            </span>
          )}
        </td>
      )}
    </tr>
  )
}

export function nameOf({ locked }: Version): string {
  return 'router' in locked ? locked.router : 'the configuration’s router'
}

/** What is promised of a version if it is put in service now. */
export function describePromise(locked: Version['locked']): string {
  const { certificate } = 'router' in locked ? locked : {}
  if (certificate === undefined) return 'Nothing is promised of it.'
  const { maxLoss, validUntil } = certificate
  return certificateStatus(certificate, Date.now()).kind === 'expired'
    ? `Its certificate expired on ${validUntil}, so nothing is promised of it.`
    : `Its certificate promises at most ${formatShare(maxLoss)} of requests lost, until ${validUntil}.`
}

function promotionOf(version: Version, policy: LockablePolicy): Confirmation {
  const { name, canary, state, router, threshold } = policy
  const { locked } = version
  const isCanary = canary !== null && 'router' in locked && canary.router === locked.router
  return {
    title: `Promote ${nameOf(version)}`,
    text: [
      `${nameOf(version)} at ${formatSetting(locked.threshold, threshold === null ? [] : [threshold])} takes the place of ${router ?? 'the table'}${threshold === null ? '' : ` at ${formatSetting(threshold, [locked.threshold])}`} for all sessions of ${name}; the server follows at once.`,
      describePromise(locked),
      ...(canary === null
        ? []
        : [isCanary ? 'Its trial ends before it is decided.' : `The canary ${canary.router} is removed.`]),
      'Roll back undoes it.',
    ].join(' '),
    button: 'Promote',
    path: '/routers/promote',
    body: { policy: name, version: version.id, canary: null, seen: state },
  }
}
