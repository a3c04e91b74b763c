import type { Random } from './random.ts'

/** `wanted` of the numbers 0 … count − 1 without repetition, ascending; all of them if `wanted` ≥ count. */
export function drawAscending(count: number, wanted: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, place) => place)
  const drawn = Math.min(count, wanted)
  for (let place = 0; place < drawn; place++) {
    const other = place + random.nextInt(count - place)
    const taken = order[other]!
    order[other] = order[place]!
    order[place] = taken
  }
  return order.slice(0, drawn).sort()
}

/** Puts the items in a random order, in place; each order is equally likely (Fisher and Yates). */
export function shuffle(items: number[], random: Random): void {
  for (let index = items.length - 1; index > 0; index--) {
    const other = random.nextInt(index + 1)
    const item = items[index]!
    items[index] = items[other]!
    items[other] = item
  }
}
