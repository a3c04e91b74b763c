import { untrainedInMemory } from '../in-memory-kind.ts'
import { length } from './kind.ts'
import { createLengthRouter } from './router.ts'

export const lengthInMemory = untrainedInMemory(length, ({ name }) => createLengthRouter({ name }))
