import { z } from 'zod'
import { nearestHint } from '../../../base/settings/nearest-name.ts'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import type { PolicyReferences } from '../policy-kind.ts'

/** The settings of a policy that chooses among candidates by their predicted quality. */
export const qualitySettings = {
  candidates: z
    .array(z.string())
    .min(2)
    .describe(
      'The models to choose from, each a key of `models` or `provider/upstream name`. The first answers if the router fails.',
    ),
  router: z
    .string()
    .exactOptional()
    .describe(
      'The router that predicts the quality of each candidate. One that compares two models takes two candidates, the stronger one first.',
    ),
  quality: z
    .record(z.string(), z.number())
    .exactOptional()
    .describe('Candidate → its quality for every prompt, instead of `router`.'),
}

export type QualitySettings = {
  readonly candidates: readonly string[]
  readonly router?: string
  readonly quality?: Readonly<Record<string, number>>
}

export function findReferences({ candidates, router }: QualitySettings): PolicyReferences {
  return {
    models: candidates.map((name, index) => ({ path: ['candidates', index], name })),
    routers: router === undefined ? [] : [{ path: ['router'], name: router }],
  }
}

/** Which candidate answers if the router fails: the first, or the best of a table. */
export function findSafestName({ candidates, quality }: QualitySettings): string {
  if (quality === undefined) return candidates[0]!
  return candidates.reduce((best, name) => (quality[name]! > quality[best]! ? name : best))
}

export function findQualityProblems({ candidates, router, quality }: QualitySettings): SettingProblem[] {
  const problems: SettingProblem[] = candidates.flatMap((name, index) =>
    candidates.indexOf(name) === index
      ? []
      : [{ path: ['candidates', index], message: `"${name}" is there already; name each candidate once` }],
  )
  if (router === undefined && quality === undefined)
    problems.push({
      path: ['router'],
      message:
        'missing; name the router that predicts the quality of each candidate, or give a table `quality`',
    })
  if (router !== undefined && quality !== undefined)
    problems.push({
      path: ['quality'],
      message: 'a router is given already; keep one of router and quality',
    })
  if (quality === undefined) return problems
  for (const name of new Set(candidates)) {
    if (!Object.hasOwn(quality, name))
      problems.push({ path: ['quality'], message: `no quality for the candidate "${name}"` })
  }
  for (const name of Object.keys(quality)) {
    if (candidates.includes(name)) continue
    const message = `"${name}" is no candidate.${nearestHint(name, candidates)}`
    problems.push({ path: ['quality', name], message })
  }
  return problems
}

/** `by mf`, `by a table`. */
export function describeQuality({ router }: QualitySettings): string {
  return router === undefined ? 'by a table' : `by ${router}`
}
