import { z } from 'zod'
import { nearestHint } from '../base/settings/nearest-name.ts'
import { findRouterKind } from '../routing/routers/registry.ts'
import type { RouterKind } from '../routing/routers/router-kind.ts'
import type { Problem } from './problems.ts'
import { type ConfigFile, configSchema, createConfigSchema } from './schema/schema.ts'

/**
 * A file without `version` is in the upstream project's format (its `config.example.yaml`): router name → keyword
 * arguments of that router's class. Each kind maps its own arguments; everything else is a problem.
 */
export function fromUpstreamFormat(
  value: unknown,
  kinds: readonly RouterKind[],
): { file: ConfigFile } | { problems: readonly Problem[] } {
  const entries = z.record(z.string(), z.record(z.string(), z.unknown()).nullable()).safeParse(value ?? {})
  if (!entries.success || Object.keys(entries.data).length === 0)
    return {
      problems: [
        {
          path: [],
          message:
            'neither `version: 1` nor router names with their arguments; `routellm init` writes a file to start from',
        },
      ],
    }
  const problems: Problem[] = []
  const routers: Record<string, Readonly<Record<string, unknown>>> = {}
  for (const [name, given] of Object.entries(entries.data)) {
    const mapped = mapRouter(name, given ?? {}, kinds)
    if ('problems' in mapped)
      problems.push(...mapped.problems.map(({ path, message }) => ({ path: [name, ...path], message })))
    else routers[name] = mapped.settings
  }
  if (problems.length > 0) return { problems }
  const first = 'mf' in routers ? 'mf' : Object.keys(routers)[0]
  // Upstream has no calibrated default; its documentation thresholds win rates directly.
  const auto = { router: first, threshold: 0.5 }
  return { file: createConfigSchema(kinds).parse({ version: 1, routers, auto }) }
}

function mapRouter(
  name: string,
  given: Readonly<Record<string, unknown>>,
  kinds: readonly RouterKind[],
): ReturnType<NonNullable<NonNullable<RouterKind['configuration']>['fromUpstream']>> {
  if (name in configSchema.shape)
    return refuse([], `\`${name}\` is a section of version 1; start the file with \`version: 1\``)
  const kind = findRouterKind(name, kinds)
  if (kind === undefined)
    return refuse(
      [],
      `unknown router "${name}".${nearestHint(
        name,
        kinds.map((each) => each.kind),
      )}`,
    )
  if (kind.training?.isNeeded === true)
    return refuse(
      [],
      `the router ${name} is trained once, not at every start: \`routellm train ${name} ${kind.training.option} <file> --output ./my-${name}\`, then start the file with \`version: 1\` and write \`${name}: { artifact: ./my-${name} }\` below \`routers:\``,
    )
  const map = kind.configuration?.fromUpstream
  if (map !== undefined) return map(given)
  const [key] = Object.keys(given)
  return key === undefined
    ? { settings: {} }
    : refuse([key], `the router ${name} takes no arguments in this format`)
}

function refuse(path: readonly PropertyKey[], message: string): { problems: readonly Problem[] } {
  return { problems: [{ path, message }] }
}
