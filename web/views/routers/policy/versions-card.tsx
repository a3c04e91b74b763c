import { useState } from 'preact/hooks'
import { certificateStatus } from '../../../../src/routing/certificate/certificate.ts'
import type { LockablePolicy } from '../../../../src/server/admin/actions/lock-actions.ts'
import type { VersionsAnswer } from '../../../../src/server/admin/api/routers/routes.ts'
import { useResource } from '../../../api/use-resource.ts'
import { useListKeys } from '../../../app/list-keys.ts'
import { useKeys } from '../../../app/shortcuts.ts'
import { formatShare } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/states.tsx'
import { RowTable } from '../../../ui/table/row-table.tsx'
import { useReadAgain } from '../use-read-again.ts'
import { CanaryDialog } from './canary-dialog.tsx'
import { PromoteDialog } from './promote-dialog.tsx'
import {
  type Asked,
  columnsOf,
  type EqualVersions,
  nameOf,
  type Version,
  type VersionState,
} from './version-columns.tsx'

type VersionsCardProps = {
  readonly policy: LockablePolicy
  readonly isChangeable: boolean
  /** Reads anew what is served. */
  reread(): void
  /** @param why what was changed here. */
  onChange(why: string): void
}

/** What was in service for a policy or was tried, the newest first. */
export function VersionsCard({ policy, isChangeable, reread, onChange }: VersionsCardProps) {
  const { name } = policy
  const versions = useResource<VersionsAnswer>(`/routers/versions?policy=${encodeURIComponent(name)}`)
  useReadAgain(policy.state, versions.retry)
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const change = (why: string) => {
    close()
    onChange(why)
  }
  const dialog = { policy, reread, onClose: close, onDone: change }
  const list = useListKeys()
  useKeys(
    isChangeable
      ? [{ on: ['p'], title: 'Promote the version in focus, or the first', run: () => promote(list.current) }]
      : [],
  )
  return (
    <section class="card" aria-label="Versions">
      <h2>Versions</h2>
      <div ref={list}>
        <Loaded resource={versions} what="The versions cannot be read">
          {(rows) =>
            rows.length === 0 ? (
              <p class="quiet">
                No router has been trained for this policy yet. “Learn from labels” trains one.
              </p>
            ) : (
              <div class="stack wide">
                <RowTable
                  name="versions"
                  isBare
                  columns={columnsOf(isChangeable, setAsked)}
                  rows={foldEqual(rows).map((equal, _, all) => ({
                    version: equal[0],
                    equal,
                    hasNamesake: all.filter(([each]) => nameOf(each) === nameOf(equal[0])).length > 1,
                    state: stateOf(equal, policy),
                    thresholds: rows.map((row) => row.locked.threshold),
                  }))}
                  keyOf={({ version }) => version.id}
                  attributesOf={({ state }) => (state === 'in service' ? { 'aria-current': 'true' } : {})}
                />
                <p class="small quiet">
                  APGR (average performance gap recovered) is the part of the quality between the weak and the
                  strong model that the router reaches, over all shares of strong calls; a random choice
                  reaches 0.5. Lost on labels is the limit that its labels gave; a certificate promises the
                  configured limit, which is never lower. Against is the version that it was compared with.
                </p>
              </div>
            )
          }
        </Loaded>
      </div>
      {asked?.kind === 'promote' && <PromoteDialog version={asked.version} {...dialog} />}
      {asked?.kind === 'canary' && <CanaryDialog version={asked.version} {...dialog} />}
    </section>
  )
}

/** Opens the dialog of the version whose row has the focus, or of the first that can be promoted. */
function promote(list: HTMLElement | null): void {
  const row = document.activeElement?.closest('tr') ?? null
  const within = row !== null && list?.contains(row) ? row : list
  within?.querySelector<HTMLButtonElement>('button[data-row]')?.click()
}

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

/** What is promised of a version if it is put in service now. */
export function describePromise(locked: Version['locked']): string {
  const { certificate } = 'router' in locked ? locked : {}
  if (certificate === undefined) return 'It has no certificate.'
  const { maxLoss, validUntil } = certificate
  return certificateStatus(certificate, Date.now()).kind === 'expired'
    ? `Its certificate expired on ${validUntil}, so it promises nothing.`
    : `Its certificate promises at most ${formatShare(maxLoss)} of requests lost, until ${validUntil}.`
}
