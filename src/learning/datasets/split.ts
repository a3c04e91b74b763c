import { seedWords } from '../../base/math/random.ts'
import { textIdentity } from '../../base/text/text-identity.ts'
import { InvalidRequestError } from '../../errors.ts'

/** A part of a split: its name, and the share of the groups that it is to get. */
export type SplitPart = { readonly name: string; readonly share: number }

/**
 * Reads `train=0.8,test=0.2`. Shares are above 0 and add up to at most 1; below 1, the rest of the data is in no part.
 *
 * Throws `InvalidRequestError` `split-parts`.
 */
export function parseSplitParts(text: string): readonly SplitPart[] {
  const parts = text.split(',').map((part) => {
    const [, name, share] = /^\s*([A-Za-z0-9][\w.-]*)\s*=\s*(\d*\.?\d+)\s*$/.exec(part) ?? []
    if (name === undefined || !(Number(share) > 0 && Number(share) <= 1))
      throw badParts(text, `${JSON.stringify(part)} is not a name and a share above 0`)
    return { name, share: Number(share) }
  })
  const names = new Set(parts.map(({ name }) => name.toLowerCase()))
  if (names.size < parts.length) throw badParts(text, 'a name occurs twice')
  // A sum of decimals may differ slightly from 1.
  if (parts.reduce((sum, { share }) => sum + share, 0) > 1 + 1e-9)
    throw badParts(text, 'the shares add up to more than 1')
  return parts
}

/**
 * Assigns each group to a part by the hash of the group and the seed. This needs neither the other groups nor memory:
 * the same group and seed give the same part in any file. A part gets its share of the groups up to chance: of n groups
 * n·share ± √(n·share·(1 − share)).
 *
 * @returns the part of a group, or undefined for the rest. Throws `InvalidRequestError` `invalid-seed`.
 */
export function createSplit(
  parts: readonly SplitPart[],
  seed: number,
): (group: number) => string | undefined {
  seedWords(seed)
  return (group) => {
    const uniform = textIdentity(`${seed}\0${group}`) / 2 ** 53
    let above = 0
    for (const { name, share } of parts) {
      above += share
      if (uniform < above) return name
    }
    // The shares may add up to a little less than 1 in binary.
    return above > 1 - 1e-9 ? parts.at(-1)?.name : undefined
  }
}

function badParts(text: string, reason: string): InvalidRequestError {
  return new InvalidRequestError(
    'split-parts',
    `The parts ${JSON.stringify(text)} cannot be read: ${reason}. Write them as train=0.8,test=0.2.`,
    { param: '--parts' },
  )
}
