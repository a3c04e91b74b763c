import { fewLabelInMemory } from './few_label/in-memory.ts'
import type { InMemoryKind } from './in-memory-kind.ts'
import { lengthInMemory } from './length/in-memory.ts'
import { mfInMemory } from './mf/in-memory.ts'
import { randomInMemory } from './random/in-memory.ts'
import { rulesInMemory } from './rules/in-memory.ts'

/** The kinds of router that can be created without files, a network or threads, one a row. */
export const inMemoryKinds: readonly InMemoryKind[] = [
  mfInMemory,
  randomInMemory,
  lengthInMemory,
  rulesInMemory,
  fewLabelInMemory,
]
