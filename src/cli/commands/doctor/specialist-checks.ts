import type { Config } from '../../../config/config.ts'
import type { Model } from '../../../routing/catalogue/model.ts'
import { findSpecialty } from '../../../routing/catalogue/specialists.ts'
import type { Check } from './check.ts'

/**
 * Warnings about models whose names say that they are no general chat models: a weak model that is a specialist, and a
 * candidate of either side that answers no chat requests.
 */
export function specialistChecks(config: Config): Check[] {
  const pairs = [config.policy, ...config.policies.filter(({ kind }) => kind === 'pair')]
  const named = (side: 'strong' | 'weak') => [
    ...new Set(pairs.flatMap((pair) => (typeof pair[side] === 'string' ? [pair[side]] : []))),
  ]
  return [
    ...named('strong').flatMap((name) => checkModel('strong', findModel(config, name))),
    ...named('weak').flatMap((name) => checkModel('weak', findModel(config, name))),
  ]
}

type NamedModel = Pick<Model, 'name' | 'upstream'>

function findModel({ models }: Config, name: string): NamedModel {
  return models.find((model) => model.name === name) ?? { name, upstream: name }
}

function checkModel(side: 'strong' | 'weak', { name, upstream }: NamedModel): Check[] {
  const specialty = findSpecialty(upstream) ?? findSpecialty(name)
  if (specialty === undefined) return []
  const shown = upstream === name ? name : `${name} (${upstream})`
  const check = { name: `${side} model`, status: 'warning' } as const
  if (specialty.kind === 'no-chat')
    return [
      {
        ...check,
        detail: `${shown} is, by its name, a model for ${specialty.purpose}, which answers no chat requests`,
        remedy: `Name a chat model as the ${side} model.`,
      },
    ]
  if (side === 'strong') return []
  return [
    {
      ...check,
      detail: `${shown} is, by its name, a specialist for ${specialty.field}. It may answer hard prompts of its field well and easy prompts of other fields badly, so the order of the built-in routers can be the wrong way round`,
      remedy:
        'Label twenty prompts of yours and compare: routellm train few_label --labels labels.jsonl --output my-router. Or name a general model.',
    },
  ]
}
