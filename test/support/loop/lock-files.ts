import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { builtinArtifactFolder } from '../../../src/base/artifact/builtin-folder.ts'
import { digestArtifact } from '../../../src/config/lock/artifact-digest.ts'
import type { LockedRouter } from '../../../src/config/lock/lock-file.ts'

/** A copy of the built-in router under a name of its own, as a lock file has it. @param folder of the lock file. */
export async function lockedRouter(
  folder: string,
  router: string,
  changes: Partial<LockedRouter> = {},
): Promise<LockedRouter> {
  const artifact = join('artifacts', router)
  await cp(builtinArtifactFolder(), join(folder, artifact), { recursive: true })
  return {
    router,
    artifact,
    sha256: await digestArtifact(join(folder, artifact)),
    threshold: 0.4,
    certificate: { maxLoss: 0.05, confidence: 0.95, labels: 612, validUntil: '2099-12-28' },
    evidence: { against: 'mf', apgr: 0.71 },
    ...changes,
  }
}
