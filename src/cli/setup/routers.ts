import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { manifestFile } from '../../base/artifact/folder.ts'
import type { Config, RouterConfig } from '../../config/config.ts'
import { nearestHint } from '../../config/problems.ts'
import { isRouterKind, routerKinds } from '../../config/schema/router-kinds.ts'
import { InvalidRequestError } from '../../errors.ts'
import { routerSpec } from '../../routing/routers/registry.ts'

/**
 * The routers that a command names, in order: configured ones, kinds, or paths to artifacts.
 *
 * @throws InvalidRequestError `unknown-router`, or `duplicate-router` where two would have one name.
 */
export function selectedRouters(names: readonly string[], config: Config, folder: string): RouterConfig[] {
  const routers = names.map((name) => namedRouter(name, config, folder))
  routers.forEach((router, index) => {
    const first = routers.findIndex((other) => other.name === router.name)
    if (first !== index)
      throw new InvalidRequestError(
        'duplicate-router',
        `--routers: ${names[first]} and ${names[index]} are both named ${router.name}; a router is named by its folder, so rename one`,
        { param: '--routers' },
      )
  })
  return routers
}

/**
 * One router by its configured name, its kind, or the path of its artifact, relative to `folder`: `./my-router`, or
 * `my-router` where such an artifact stands there.
 */
export function namedRouter(name: string, config: Config, folder: string): RouterConfig {
  const configured = config.routers.find((router) => router.name === name)
  if (configured !== undefined) return configured
  if (isRouterKind(name)) return { name, kind: name }
  if (!/[\\/.]/.test(name) && !existsSync(join(folder, name, manifestFile))) {
    const known = [...new Set([...config.routers.map((router) => router.name), ...routerKinds])]
    throw new InvalidRequestError(
      'unknown-router',
      `there is no router ${JSON.stringify(name)}.${nearestHint(name, known)} A trained router is named by the path of its folder, and there is none at ./${name}`,
      { param: '--router' },
    )
  }
  return routerSpec(resolve(folder, name))
}
