import { untrainedInMemory } from '../in-memory-kind.ts'
import { random } from './kind.ts'
import { createRandomRouter } from './router.ts'

export const randomInMemory = untrainedInMemory(random, ({ name, seed }) =>
  createRandomRouter({ name, ...(seed !== undefined && { seed }) }),
)
