import type { Config } from '../../../../config/config.ts'
import { canaryId } from '../../../../gateway/configured-experiments.ts'
import type { AdminStatus } from '../../../../server/admin/status.ts'
import type { Store } from '../../../../store/store.ts'
import type { Certificates } from './certificates.ts'

/** What `GET /admin/api/status` says of a server. */
export function createStatus(
  config: Config,
  { certificates, store, isStopped, isDemo }: StatusParts,
): AdminStatus {
  const { lock, experiments, exploration } = config
  return {
    lock: lock === null ? null : { file: lock.file, policies: lock.routes },
    certificates: certificates.statuses(),
    experiments: [
      ...experiments.map(({ id, control, treatment, share }) => ({ id, control, treatment, share })),
      ...(lock?.routes ?? []).flatMap(({ name, canary }) =>
        canary === null
          ? []
          : [{ id: canaryId(canary), control: name, treatment: canary.router, share: canary.share }],
      ),
    ].map((experiment) => ({ isStopped: isStopped(experiment.id), ...experiment })),
    exploration,
    store: store === null ? null : { folder: store.folder, ...store.state },
    isDemo,
  }
}

export type StatusParts = {
  readonly certificates: Certificates
  /** Null: nothing is kept. */
  readonly store: Store | null
  readonly isStopped: (experiment: string) => boolean
  readonly isDemo: boolean
}
