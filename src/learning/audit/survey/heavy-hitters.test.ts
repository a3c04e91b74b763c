import { expect, it } from 'vitest'
import { createHeavyHitters } from './heavy-hitters.ts'

it('is exact while there are few names, and orders equal ones by name', () => {
  const hitters = createHeavyHitters(10)
  for (const name of ['b', 'a', 'c', 'b', 'c']) hitters.add(name)
  expect(hitters.top(2)).toEqual(['b', 'c'])
  expect(hitters.top(9)).toEqual(['b', 'c', 'a'])
})

it('keeps what is frequent among more names than it has places for', () => {
  const hitters = createHeavyHitters(20)
  for (let index = 0; index < 10_000; index++) {
    hitters.add(`rare ${index}`)
    if (index % 4 === 0) hitters.add('often')
    if (index % 7 === 0) hitters.add('at times')
  }
  expect(hitters.top(2)).toEqual(['often', 'at times'])
})
