import { createRandom, mixUint32 } from '../../../../base/math/random.ts'
import { hashOfWord } from '../../../../base/text/token-hash.ts'
import type { PromptVectors } from '../../learning/prompt-vectors.ts'

/** A constant, 21 projections of the named measurements, 6 of the meaning, and 4 numbers for the kind of work. */
const namedPlaces = 21
const densePlaces = 6
const taskPlaces = 4
export const contextSize = 1 + namedPlaces + densePlaces + taskPlaces

/** So that each part of a usual prompt has the length that regressions on outcomes of prompts found best. */
const namedLength = 1.5
const denseLength = 0.5
const taskLength = 0.5

/** Another projection, or order, is another number: what was learnt does not fit. */
const projectionSeed = 1

/**
 * What a bandit sees of a prompt: few numbers, so that it learns from few answers. Random projections keep lengths and
 * angles on average (Johnson and Lindenstrauss 1984). The last named measurement is a constant and left out.
 *
 * @returns a function that writes into `target`, [contextSize].
 */
export function createContextReader({
  dimensions,
  named,
}: Pick<PromptVectors, 'dimensions' | 'named'>): (
  vector: Float32Array,
  task: string | null,
  target: Float64Array,
) => void {
  const random = createRandom(projectionSeed)
  const draw = (places: number, size: number, length: number) =>
    Float64Array.from({ length: places * size }, () => (random.nextGaussian() * length) / Math.sqrt(places))
  const namedSize = named - 1
  const denseSize = dimensions - named
  const ofNamed = draw(namedPlaces, namedSize, namedLength)
  const ofDense = draw(densePlaces, denseSize, denseLength)
  const tasks = new Map<string, Float64Array>()

  function readTask(task: string): Float64Array {
    const known = tasks.get(task)
    if (known !== undefined) return known
    const ofTask = createRandom(mixUint32(hashOfWord(task) ^ projectionSeed))
    const numbers = Float64Array.from(
      { length: taskPlaces },
      () => (ofTask.nextGaussian() * taskLength) / Math.sqrt(taskPlaces),
    )
    tasks.set(task, numbers)
    return numbers
  }

  return (vector, task, target) => {
    target[0] = 1
    project(vector, 0, namedSize, ofNamed, target, 1, namedPlaces)
    project(vector, named, denseSize, ofDense, target, 1 + namedPlaces, densePlaces)
    const from = 1 + namedPlaces + densePlaces
    if (task === null) target.fill(0, from)
    else target.set(readTask(task), from)
  }
}

/** @param axes [places, size] */
function project(
  vector: Float32Array,
  from: number,
  size: number,
  axes: Float64Array,
  target: Float64Array,
  begin: number,
  places: number,
): void {
  for (let place = 0; place < places; place++) {
    let sum = 0
    for (let at = 0; at < size; at++) sum += axes[place * size + at]! * vector[from + at]!
    target[begin + place] = sum
  }
}
