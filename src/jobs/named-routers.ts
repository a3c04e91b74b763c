import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { manifestFile } from '../base/artifact/folder.ts'
import { nearestHint } from '../base/settings/nearest-name.ts'
import type { Config } from '../config/config.ts'
import { InvalidRequestError } from '../errors.ts'
import {
  builtinRouterKinds,
  findRouterKind,
  type RouterSpec,
  routerSpec,
  specOfKind,
} from '../routing/routers/registry.ts'
import type { RouterDependencies } from '../routing/routers/router-kind.ts'

/** Where routers are found: the configuration, the folder of paths, and the kinds that there are. A `Workspace` is one. */
export type RouterPlace = {
  readonly config: Config
  readonly folder: string
  readonly dependencies: Pick<RouterDependencies, 'kinds'>
}

/**
 * The named routers, in order: configured ones, kinds, or paths to artifacts.
 *
 * @throws InvalidRequestError `unknown-router`, or `duplicate-router` if two routers have the same name.
 */
export function findRouters(names: readonly string[], place: RouterPlace): RouterSpec[] {
  const routers = names.map((name) => findRouter(name, place))
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
 * `my-router` if the folder has such an artifact.
 */
export function findRouter(
  name: string,
  { config, folder, dependencies: { kinds = builtinRouterKinds } }: RouterPlace,
): RouterSpec {
  const configured = config.routers.find((router) => router.name === name)
  if (configured !== undefined) return configured
  if (findRouterKind(name, kinds) !== undefined) return specOfKind(name)
  if (!/[\\/.]/.test(name) && !existsSync(join(folder, name, manifestFile))) {
    const known = [
      ...new Set([...config.routers.map((router) => router.name), ...kinds.map(({ kind }) => kind)]),
    ]
    throw new InvalidRequestError(
      'unknown-router',
      `there is no router ${JSON.stringify(name)}.${nearestHint(name, known)} A trained router is named by the path of its folder, and there is none at ./${name}`,
      { param: '--router' },
    )
  }
  return routerSpec(resolve(folder, name), kinds)
}
