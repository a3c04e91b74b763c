import { z } from 'zod'
import { nearestHint } from '../../../base/settings/nearest-name.ts'
import type { SettingProblem } from '../../../base/settings/problem.ts'
import type { CallPriors } from './expected-call.ts'

/** What is expected of a candidate that the settings name no number for. */
export const standardPriors: CallPriors = {
  outputTokens: 400,
  firstTokenSeconds: 1,
  secondsPerOutputToken: 0.02,
}

type PriorName = keyof CallPriors

/** One number for all candidates, or a number for each of some. */
type PriorSetting = number | Readonly<Record<string, number>>

export const outputTokensSetting = priorSetting('outputTokens', 'tokens of a reply')

/** The settings of a policy that compares dollars and latencies. */
export const priorSettings = {
  outputTokens: outputTokensSetting,
  firstTokenSeconds: priorSetting('firstTokenSeconds', 'seconds until the first token'),
  secondsPerOutputToken: priorSetting('secondsPerOutputToken', 'seconds per token after the first'),
}

function priorSetting(name: PriorName, meaning: string) {
  const amount = z.number().min(0)
  const standard = standardPriors[name]
  return z
    .union([amount, z.record(z.string(), amount)])
    .default(standard)
    .describe(
      `Expected ${meaning} before calls are observed: one number, or candidate → number (${standard} for the others).`,
    )
}

export type PriorSettings = { readonly candidates: readonly string[] } & {
  readonly [Name in PriorName]?: PriorSetting
}

/** The priors of a candidate. */
export function findPriors(settings: PriorSettings, candidate: string): CallPriors {
  const find = (name: PriorName) => {
    const setting = settings[name] ?? standardPriors[name]
    if (typeof setting === 'number') return setting
    return Object.hasOwn(setting, candidate) ? setting[candidate]! : standardPriors[name]
  }
  return {
    outputTokens: find('outputTokens'),
    firstTokenSeconds: find('firstTokenSeconds'),
    secondsPerOutputToken: find('secondsPerOutputToken'),
  }
}

/** Names in a prior that are no candidates. */
export function findPriorProblems(settings: PriorSettings): SettingProblem[] {
  const { candidates } = settings
  return (['outputTokens', 'firstTokenSeconds', 'secondsPerOutputToken'] as const).flatMap((key) => {
    const setting = settings[key]
    if (setting === undefined || typeof setting === 'number') return []
    return Object.keys(setting)
      .filter((name) => !candidates.includes(name))
      .map((name) => ({
        path: [key, name],
        message: `"${name}" is no candidate.${nearestHint(name, candidates)}`,
      }))
  })
}
