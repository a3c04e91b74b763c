import { z } from 'zod'
import { languageCodes, unknownLanguage } from '../../../base/text/language/detect-language.ts'
import { patternOfText } from '../../../base/text/pattern/pattern.ts'

const characters = z.int().min(0)

const condition = {
  minCharacters: characters.exactOptional().describe('The prompt has at least so many characters.'),
  maxCharacters: characters.exactOptional().describe('At most so many.'),
  tags: z
    .array(z.string().regex(/^[\w.:-]{1,64}$/, 'must be of letters, digits and _ . : -, without brackets'))
    .min(1)
    .exactOptional()
    .describe(
      'The system prompt has one of these in square brackets, as in `[tier:strong]`; case does not matter.',
    ),
  keywords: z
    .array(z.string().regex(/^\s*\S.{0,199}$/s, 'must be a word or phrase of at most 200 characters'))
    .min(1)
    .exactOptional()
    .describe('The prompt has one of these words or phrases, whole; case does not matter.'),
  patterns: z
    .array(z.string().min(1).superRefine(checkPattern))
    .min(1)
    .exactOptional()
    .describe(
      'The prompt matches one of these regular expressions: `source`, or `/source/flags` with i, m and s.',
    ),
  languages: z
    .array(z.enum([...languageCodes, unknownLanguage]))
    .min(1)
    .exactOptional()
    .describe('The prompt is in one of these languages (ISO 639-1), or in none that is `unknown`.'),
  code: z.boolean().exactOptional().describe('The prompt shows code or asks for some; false: it does not.'),
  maths: z.boolean().exactOptional().describe('The prompt is about mathematics; false: it is not.'),
}

const conditionSchema = z
  .strictObject(condition)
  .refine((given) => Object.keys(given).length > 0, { error: noCondition('is empty') })

/** `Rule` of the rules router, key by key. */
export const ruleSchema = z
  .strictObject({
    name: z.string().min(1).exactOptional().describe('What explanations call the rule.'),
    ...condition,
    any: z
      .array(conditionSchema)
      .min(1)
      .exactOptional()
      .describe('At least one of these conditions holds, too.'),
    not: conditionSchema.exactOptional().describe('This condition does not hold.'),
    strongWinRate: z
      .number()
      .min(0)
      .max(1)
      .describe('The win rate of the strong model if all given conditions hold.'),
  })
  .refine(({ name: _name, strongWinRate: _rate, ...conditions }) => Object.keys(conditions).length > 0, {
    error: noCondition('has no condition, so it would match every prompt'),
  })

function noCondition(problem: string): string {
  return `${problem}; give one of ${Object.keys(condition).join(', ')}`
}

function checkPattern(text: string, context: z.RefinementCtx): void {
  try {
    patternOfText(text)
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `is refused: ${error instanceof Error ? error.message : error}`,
    })
  }
}
