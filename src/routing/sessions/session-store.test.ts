import { expect, it } from 'vitest'
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
