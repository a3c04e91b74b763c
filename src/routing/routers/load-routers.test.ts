import { expect, it } from 'vitest'
import { z } from 'zod'
import { ArtifactError } from '../../errors.ts'
import { loadRouters } from './load-routers.ts'
import type { RouterDependencies, RouterKind } from './router-kind.ts'

/** A kind whose routers load unless they are called broken, and count how many are open. */
function countingKind(failure: (name: string) => Error) {
  let open = 0
  const kind: RouterKind = {
    kind: 'random',
    settings: z.object({}),
    async load({ name }) {
      if (name.startsWith('broken')) throw failure(name)
      open++
      return {
        name,
        strongWinRate: () => 0.5,
        async close() {
          open--
        },
      }
    },
  }
  const dependencies: RouterDependencies = { embedderOptions: {}, hub: {}, kinds: [kind] }
  const load = (...names: string[]) =>
    loadRouters(
      names.map((name) => ({ name, kind: 'random' })),
      dependencies,
    )
  return { load, openRouters: () => open }
}

const unreadable = (name: string) => new ArtifactError('manifest-invalid', `${name} is no router.`)

it('loads all, in order', async () => {
  const { load, openRouters } = countingKind(unreadable)
  expect((await load('one', 'two', 'three')).map(({ name }) => name)).toEqual(['one', 'two', 'three'])
  expect(openRouters()).toBe(3)
})

it('reports the only one that fails by its own error, and closes the others', async () => {
  const { load, openRouters } = countingKind(unreadable)
  await expect(load('one', 'broken', 'two')).rejects.toMatchObject({ code: 'manifest-invalid' })
  expect(openRouters()).toBe(0)
})

it('reports all that fail at once', async () => {
  const { load, openRouters } = countingKind(unreadable)
  await expect(load('broken-a', 'one', 'broken-b')).rejects.toMatchObject({
    code: 'routers-unloadable',
    message:
      '2 of 3 routers cannot be loaded:\n  broken-a: broken-a is no router.\n  broken-b: broken-b is no router.',
  })
  expect(openRouters()).toBe(0)
})

it('does not hide an error that nobody expects', async () => {
  const { load } = countingKind((name) => (name === 'broken-b' ? new TypeError('a bug') : unreadable(name)))
  await expect(load('broken-a', 'broken-b')).rejects.toThrow(TypeError)
})
