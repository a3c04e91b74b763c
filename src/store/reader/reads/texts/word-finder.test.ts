import { it } from 'vitest'
import { expectLinear } from '../../../../../test/support/counting/counted-steps.ts'
import { createPassageFinder } from './passage.ts'

it('takes linear time, whatever the text and the words', async () => {
  const find = (size: number) =>
    createPassageFinder(`${'a'.repeat(size / 4)}b${'a'.repeat(size / 4)}`)('a'.repeat(size))
  await expectLinear(find, 4000)
})
