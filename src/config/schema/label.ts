import { z } from 'zod'
import { labelPattern, labelProblem } from '../key-fields/label-pattern.ts'

/** A region or a tag. */
export const label = z.string().regex(labelPattern, { error: labelProblem })
