import { expect, it } from 'vitest'
import { shareCatchUp } from './share-catch-up.ts'

it('those who ask together share one, and those who ask while it runs share the next', async () => {
  const running: (() => void)[] = []
  const begun = new Map<number, () => void>()
  const begins = (count: number) =>
    new Promise<void>((resolve) => (running.length >= count ? resolve() : begun.set(count, resolve)))
  const catchUp = shareCatchUp(
    () =>
      new Promise((resolve) => {
        running.push(resolve)
        begun.get(running.length)?.()
      }),
  )
  const first = [catchUp(), catchUp()]
  await begins(1)
  const second = [catchUp(), catchUp(), catchUp()]
  running[0]!()
  await Promise.all(first)
  await begins(2)
  running[1]!()
  await Promise.all(second)
  expect(running).toHaveLength(2)
})

it('one that fails does not end the others', async () => {
  let count = 0
  const catchUp = shareCatchUp(() => (++count === 1 ? Promise.reject(new Error('lost')) : Promise.resolve()))
  await expect(catchUp()).rejects.toThrow('lost')
  await catchUp()
  expect(count).toBe(2)
})
