import { expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { createMemoryStore } from './session-store.ts'

it('drops what was least recently set or read beyond its number of entries', () => {
  const store = createMemoryStore<number>(2, 1e6, () => 0)
  store.set('a', 1)
  store.set('b', 2)
  store.get('a')
  store.set('c', 3)
  expect([store.get('a'), store.get('b'), store.get('c')]).toEqual([1, undefined, 3])
  store.set('a', 4)
  store.set('d', 5)
  expect([store.get('a'), store.get('c'), store.get('d')]).toEqual([4, undefined, 5])
})

it('drops what is beyond its bytes', () => {
  // 120 for an entry, 1 for its key, and the value's.
  const store = createMemoryStore<number>(100, 1000, (value) => value)
  store.set('a', 379)
  store.set('b', 379)
  expect([store.get('a'), store.get('b')]).toEqual([379, 379])
  store.set('b', 380)
  expect([store.get('a'), store.get('b')]).toEqual([undefined, 380])
  store.set('c', 5000)
  expect([store.get('b'), store.get('c')]).toEqual([undefined, undefined])
  store.set('d', 879)
  expect(store.get('d')).toBe(879)
})

it('changes a value where it stands', () => {
  const store = createMemoryStore<number>(2, 1000, (value) => value)
  store.set('a', 1)
  store.set('b', 2)
  expect(store.update('a', (value) => value + 10)).toBe(true)
  expect(store.update('x', (value) => value)).toBe(false)
  store.set('c', 3)
  expect([store.get('a'), store.get('b'), store.get('c')]).toEqual([undefined, 2, 3])
  store.update('b', () => 800)
  expect([store.get('c'), store.get('b')]).toEqual([3, undefined])
})

it('drops in the order of use, whatever was dropped, read and emptied before', () => {
  const store = createMemoryStore<number>(3, 1e6, () => 0)
  const order: string[] = []
  const random = createRandom(5)
  for (let step = 0; step < 2000; step++) {
    const key = `k${random.nextInt(8)}`
    const at = order.indexOf(key)
    if (random.next() < 0.4) {
      expect(store.get(key) !== undefined).toBe(at !== -1)
      if (at !== -1) order.push(...order.splice(at, 1))
      continue
    }
    store.set(key, step)
    if (at !== -1) order.splice(at, 1)
    order.push(key)
    if (order.length > 3) order.shift()
  }
})
