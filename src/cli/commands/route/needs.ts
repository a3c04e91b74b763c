import { InvalidArgumentError } from 'commander'
import { nearestHint } from '../../../base/settings/nearest-name.ts'
import { needsOfPrompt, type RequestNeeds } from '../../../routing/catalogue/request-needs.ts'

/** What a request can need besides text, as `--needs` names it. */
const needNames = ['image', 'audio', 'file', 'tools', 'structured-output'] as const
type Need = (typeof needNames)[number]

export type NeedsFlags = {
  readonly needs?: readonly Need[]
  readonly region?: string
  readonly tags?: readonly string[]
}

/** `image,tools`. */
export function needList(text: string): readonly Need[] {
  return text.split(',').map((part) => {
    const name = part.trim()
    const need = needNames.find((each) => each === name)
    if (need !== undefined) return need
    throw new InvalidArgumentError(
      `${JSON.stringify(name)} is none of ${needNames.join(', ')}.${nearestHint(name, needNames)}`,
    )
  })
}

/** The needs of the prompt with those that flags add. */
export function needsOfFlags(prompt: string, { needs = [], region, tags = [] }: NeedsFlags): RequestNeeds {
  return {
    ...needsOfPrompt(prompt),
    modalities: (['image', 'audio', 'file'] as const).filter((each) => needs.includes(each)),
    tools: needs.includes('tools'),
    structuredOutput: needs.includes('structured-output'),
    region: region ?? null,
    tags,
  }
}
