// Runs the tests of the client again, with version 7 of the official client in place of version 6.
import { expect, it, vi } from 'vitest'
import { RouteLLM } from '../../../src/client/index.ts'

vi.mock('openai', () => vi.importActual('openai-7'))

it('extends the class of version 7', async () => {
  const { OpenAI } = await vi.importActual<typeof import('openai')>('openai-7')
  expect(Object.getPrototypeOf(RouteLLM)).toBe(OpenAI)
})

await import('./client.test.ts')
