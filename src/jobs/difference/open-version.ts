import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { manifestFile } from '../../base/artifact/folder.ts'
import { readRegularFile } from '../../base/files/read-file.ts'
import type { Config } from '../../config/config.ts'
import { lockFileOf } from '../../config/lock/lock-place.ts'
import { parseConfig } from '../../config/parse-config.ts'
import { InvalidRequestError } from '../../errors.ts'
import { pair } from '../../routing/policies/pair/kind.ts'
import { findThreshold, type ThresholdRule, toThresholdRule } from '../../routing/policies/pair/threshold.ts'
import { loadRouter, type RouterSpec, routerSpec } from '../../routing/routers/registry.ts'
import { isClosableRouter, type Router } from '../../routing/routers/router.ts'
import type { Database } from '../../store/database/open-database.ts'
import { isRouter, listVersions } from '../../store/records/versions.ts'
import { findLearnedPolicy, type PolicyInService } from '../learn/in-service.ts'
import { findRouter } from '../named-routers.ts'
import type { Workspace } from '../workspace.ts'

/** A router at a threshold, as it was asked for. */
export type OpenVersion = {
  readonly version: string
  readonly router: Router
  readonly threshold: number
  close(): Promise<void>
}

type FoundVersion = { readonly spec: RouterSpec; readonly rule: ThresholdRule }

const mostConfigurationBytes = 16 * 1024 * 1024

/**
 * Loads a version of a policy: `serving`, `configured`, `canary`, the name of a router that was in service or is configured, or the
 * folder of an artifact. `@0.4` after it replaces its threshold. Without one, a router that was never in service has its own default.
 *
 * @throws InvalidRequestError `unknown-router`, `bad-threshold`; what `loadRouter` throws.
 */
export async function openVersion(
  version: string,
  inService: PolicyInService,
  db: Database,
  workspace: Workspace,
): Promise<OpenVersion> {
  const { name, threshold } = parseVersion(version)
  if (name === 'serving' || name === inService.router.name)
    return {
      version,
      router: inService.router,
      threshold: threshold ?? inService.threshold,
      close: async () => {},
    }
  const { spec, rule } = await findVersion(name, inService, db, workspace)
  const router = await loadRouter(spec, workspace.dependencies)
  return {
    version,
    router,
    threshold: threshold ?? findThreshold(router, rule),
    async close() {
      if (isClosableRouter(router)) await router.close()
    },
  }
}

/** @throws InvalidRequestError `bad-threshold`. */
export function parseVersion(version: string): { readonly name: string; readonly threshold: number | null } {
  const at = version.lastIndexOf('@')
  if (at === -1) return { name: version, threshold: null }
  const [name, text] = [version.slice(0, at), version.slice(at + 1)]
  const threshold = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (name !== '' && threshold >= 0 && threshold <= 1) return { name, threshold }
  throw new InvalidRequestError(
    'bad-threshold',
    `${JSON.stringify(version)} is no version: a number from 0 to 1 follows the @, as in serving@0.4`,
    { param: 'version' },
  )
}

async function findVersion(
  name: string,
  inService: PolicyInService,
  db: Database,
  workspace: Workspace,
): Promise<FoundVersion> {
  const { config } = workspace
  if (name === 'configured') return findConfigured(inService.name, workspace)
  const routes = (config.lock?.routes ?? []).filter(({ policy }) => policy === inService.recorded)
  const canary = routes.flatMap((route) => route.canary ?? [])[0]
  if (name === 'canary' && canary === undefined)
    throw new InvalidRequestError('unknown-router', `no canary of ${inService.name} is on trial`, {
      param: 'version',
    })
  if (canary !== undefined && (name === 'canary' || name === canary.router))
    return { spec: findRouter(canary.router, workspace), rule: toThresholdRule(canary) }
  return (await findKept(name, inService, db, workspace)) ?? findAnyRouter(name, workspace)
}

/** What the configuration says without the lock file. */
async function findConfigured(policy: string, workspace: Workspace): Promise<FoundVersion> {
  const { dependencies } = workspace
  let config: Config = workspace.config
  if (config.lock !== null) {
    const text = (await readRegularFile(config.source, mostConfigurationBytes)).toString('utf8')
    config = parseConfig(text, config.source, {}, dependencies.kinds)
  }
  const { name: _name, kind: _kind, fallback: _fallback, ...given } = findLearnedPolicy(policy, config).spec
  const settings = pair.settings.parse(given)
  return { spec: findRouter(settings.router, { ...workspace, config }), rule: toThresholdRule(settings) }
}

/** The last version of this router that was in service for the policy; null if there was none. */
async function findKept(
  name: string,
  { name: policy, recorded }: PolicyInService,
  db: Database,
  { config, folder }: Workspace,
): Promise<FoundVersion | null> {
  for (const of of new Set([policy, ...(recorded === null ? [] : [recorded, 'auto'])])) {
    const routers = (await listVersions(db, of)).map(({ locked }) => locked).filter(isRouter)
    const found = routers.findLast(({ router }) => router === name)
    if (found === undefined) continue
    const artifact = resolve(dirname(lockFileOf(config, folder)), found.artifact)
    return { spec: { ...routerSpec(artifact), name }, rule: toThresholdRule(found) }
  }
  return null
}

/** A router that was trained and not put in service, one of the configuration, a kind, or a folder. */
function findAnyRouter(name: string, workspace: Workspace): FoundVersion {
  const { store } = workspace.config
  const trained = store === null ? null : join(store.folder, 'artifacts', name)
  const isTrained = trained !== null && /^[a-z0-9_-]+$/.test(name) && existsSync(join(trained, manifestFile))
  return {
    spec: isTrained ? routerSpec(trained) : findRouter(name, workspace),
    rule: { kind: 'router-default' },
  }
}
