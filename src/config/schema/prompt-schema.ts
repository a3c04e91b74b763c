import { z } from 'zod'
import { defaultFollowUpRule } from '../../routing/prompts/follow-up.ts'
import { defaultPromptRule } from '../../routing/prompts/prompt-rule.ts'

const lowerCaseWords = z.array(z.string().min(1).toLowerCase())

const followUpSchema = z.strictObject({
  maxCharacters: z
    .int()
    .min(0)
    .default(defaultFollowUpRule.maxCharacters)
    .describe('The lists are not applied to a longer turn.'),
  maxWords: z
    .int()
    .min(0)
    .default(defaultFollowUpRule.maxWords)
    .describe('The lists are not applied to a turn of more words.'),
  maxBareWords: z
    .int()
    .min(0)
    .default(defaultFollowUpRule.maxBareWords)
    .describe(
      'A turn of at most so many words is a follow-up whatever they are, unless it has a digit or an operator.',
    ),
  openings: lowerCaseWords
    .default([...defaultFollowUpRule.openings])
    .describe(
      'A short turn that begins with one of these is a follow-up, besides those that the built-in classifier recognises.',
    ),
  references: lowerCaseWords
    .default([...defaultFollowUpRule.references])
    .describe(
      'A short turn that holds one of these words is a follow-up, besides those that the built-in classifier recognises.',
    ),
})

/** `PromptRule`, key by key. */
export const promptSchema = z.strictObject({
  maxTurns: z
    .int()
    .min(1)
    .default(defaultPromptRule.maxTurns)
    .describe('At most so many user turns are scored together.'),
  followUp: followUpSchema
    .nullable()
    .prefault({})
    .describe(
      'When the last user turn is scored together with those before it; null scores the last turn alone.',
    ),
})
