import { dirname, resolve } from 'node:path'
import { loadRouterManifest } from '../../base/artifact/load.ts'
import type { AppliedLock, LockedRoute } from '../../config/lock/applied-lock.ts'
import { type CertifiedRouter, isCertified } from '../../config/lock/lock-file.ts'
import type { CertifiedRoute } from './certificate-watch.ts'

/** More values than these make a reference no better that matters. */
const mostReferences = 2000

/** The routes of a lock file that have a certificate, with what their artifacts were calibrated on. */
export async function findCertifiedRoutes(lock: AppliedLock | null): Promise<CertifiedRoute[]> {
  const routes: CertifiedRoute[] = []
  for (const route of lock?.routes ?? [])
    if (route.serving !== null && isCertified(route.serving))
      routes.push(await toCertifiedRoute(route, route.serving, dirname(lock!.file)))
  return routes
}

/** @param folder of the lock file. */
export async function toCertifiedRoute(
  { name, policy }: Pick<LockedRoute, 'name' | 'policy'>,
  { router, artifact, sha256, threshold, certificate, evidence }: CertifiedRouter,
  folder: string,
): Promise<CertifiedRoute> {
  const reference = await readReference(resolve(folder, artifact))
  const strong = reference.filter((winRate) => winRate >= threshold).length
  return {
    ...{ name, policy, router, sha256, threshold, certificate, reference },
    strongShare: evidence.strongCallFraction ?? (reference.length === 0 ? 0.5 : strong / reference.length),
  }
}

/**
 * As many values as prompts were calibrated on, from their quantiles; none for an artifact without a calibration, and for a
 * checkpoint, which has no manifest.
 */
async function readReference(folder: string): Promise<readonly number[]> {
  const manifest = await loadRouterManifest(folder).catch(() => null)
  const { prompts = 0, winRateQuantiles = [] } = manifest?.calibration ?? {}
  const count = Math.min(prompts, mostReferences)
  return Array.from({ length: count }, (_, index) => {
    const place = ((index + 0.5) / count) * (winRateQuantiles.length - 1)
    const [below, above] = [winRateQuantiles[Math.floor(place)]!, winRateQuantiles[Math.ceil(place)]!]
    return below + (above - below) * (place - Math.floor(place))
  })
}
