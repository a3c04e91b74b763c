import type { UsageFilter } from '../reader/answers.ts'
import type { Facts } from './facts.ts'

/** An id that no name has. */
const anyName = -2

/** Whether the request at a place is of the filter. One comparison each, because there may be a million. */
export function isOfFilter(facts: Facts, filter: UsageFilter): (at: number) => boolean {
  const { names, policy, model, key, tags, time } = facts
  const idOf = (name: string | undefined) =>
    name === undefined ? anyName : name === '' ? 0 : names.indexOf(name)
  const [ofPolicy, ofModel, ofKey] = [idOf(filter.policy), idOf(filter.model), idOf(filter.key)]
  const { from, to, tag } = filter
  const hasTag = names.map((name) => tag === undefined || (name !== null && includesTag(name, tag)))
  return (at) =>
    time[at]! >= from &&
    time[at]! < to &&
    (ofPolicy === anyName || policy[at] === ofPolicy) &&
    (ofModel === anyName || model[at] === ofModel) &&
    (ofKey === anyName || key[at] === ofKey) &&
    (tag === undefined || hasTag[tags[at]!]!)
}

function includesTag(json: string, tag: string): boolean {
  try {
    const list: unknown = JSON.parse(json)
    return Array.isArray(list) && list.includes(tag)
  } catch {
    return false // a name that is no list
  }
}
