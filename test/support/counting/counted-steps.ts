import { Session } from 'node:inspector'

/**
 * The steps that `run` takes in the project's own code and in the parser of YAML: how often V8 counts each block of it
 * to run, and the characters and elements that searches, copies and keys of built-in objects pass over. The number does
 * not depend on the machine, so a test can compare the work on inputs of two sizes.
 *
 * What is not counted: regular expressions, and copies by spread. A test that uses inputs on which these could not end
 * in time fails by its time limit.
 */
export async function countSteps(run: () => unknown): Promise<number> {
  const profiler = openProfiler()
  const builtIns = spyOnBuiltIns()
  // The counts since the last time are taken and begin anew.
  takeCounts(profiler)
  builtIns.start()
  try {
    await run()
  } finally {
    builtIns.stop()
  }
  return takeCounts(profiler) + builtIns.steps()
}

/** Stays open: counts that were switched off and on again are not complete. */
let opened: Session | undefined

function openProfiler(): Session {
  if (opened !== undefined) return opened
  const session = new Session()
  session.connect()
  post(session, 'Profiler.enable')
  post(session, 'Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  opened = session
  return session
}

function takeCounts(session: Session): number {
  const { result } = post<Coverage>(session, 'Profiler.takePreciseCoverage')
  return result
    .filter(({ url }) => /\/src\/.*\.ts$|\/node_modules\/yaml\//.test(url))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((sum, count) => sum + count, 0)
}

/**
 * Runs with an input of each of two sizes, one twice the other, and throws unless the work at most doubles.
 *
 * @param allowed share of the doubled work that may come on top, for buffers that grow and for small inputs.
 */
export async function expectLinear(
  run: (size: number) => unknown,
  size: number,
  allowed = 0.15,
): Promise<void> {
  // What is only done once, such as the loading of modules.
  await countSteps(() => run(Math.min(size, 100)))
  const once = await countSteps(() => run(size))
  const twice = await countSteps(() => run(2 * size))
  if (twice > 2 * once * (1 + allowed) + 2000)
    throw new Error(`the work is not linear: ${once} steps for ${size}, ${twice} for ${2 * size}`)
  if (once < 1) throw new Error('no step was counted')
}

type Coverage = {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[]
  }[]
}

/** The session answers at once, within the call. */
function post<Result>(session: Session, method: string, parameters: object = {}): Result {
  let answer: { readonly error: Error | null; readonly result: unknown } | undefined
  session.post(method, parameters, (error: Error | null, result?: unknown) => {
    answer = { error, result }
  })
  if (answer === undefined || answer.error !== null) throw answer?.error ?? new Error(`${method} is waiting`)
  return answer.result as Result
}

type Method = (this: never, ...args: never[]) => unknown
type Cost = (target: { readonly length?: number }, args: readonly unknown[], result: unknown) => number

const lengthOf: Cost = ({ length = 0 }) => length
/** From the place where a search begins to what it found. */
const searched: Cost = ({ length = 0 }, [, from], result) => {
  const start = typeof from === 'number' ? from : 0
  return (typeof result === 'number' && result >= 0 ? result + 1 : length) - Math.min(start, length)
}
const sizeOfResult: Cost = (_target, _args, result) => (result as { readonly length: number }).length
const sizeOfFirst: Cost = (_target, [first]) => {
  const { length } = (first ?? {}) as { readonly length?: number }
  return length ?? 0
}

const counted: readonly (readonly [owner: object, costs: Readonly<Record<string, Cost>>])[] = [
  [
    String.prototype,
    {
      indexOf: searched,
      includes: lengthOf,
      slice: sizeOfResult,
      split: lengthOf,
      trim: lengthOf,
      replaceAll: lengthOf,
      toLowerCase: lengthOf,
    },
  ],
  [
    Array.prototype,
    {
      indexOf: searched,
      includes: lengthOf,
      slice: sizeOfResult,
      concat: sizeOfResult,
      join: lengthOf,
      find: searchedByCallback(),
      splice: lengthOf,
      shift: lengthOf,
      unshift: lengthOf,
    },
  ],
  [Object, { keys: sizeOfResult, values: sizeOfResult, entries: sizeOfResult, fromEntries: sizeOfFirst }],
  [Buffer, { concat: sizeOfResult }],
  [JSON, { parse: sizeOfFirst }],
]

/** The callbacks are counted as blocks. */
function searchedByCallback(): Cost {
  return () => 0
}

function spyOnBuiltIns() {
  let steps = 0
  const originals: (() => void)[] = []
  return {
    steps: () => steps,
    start() {
      for (const [owner, costs] of counted)
        for (const [name, cost] of Object.entries(costs)) {
          const holder = owner as Record<string, Method>
          const original = holder[name]!
          originals.push(() => Object.defineProperty(owner, name, { value: original }))
          const spy = function (this: never, ...args: never[]): unknown {
            const result = original.apply(this, args)
            steps += cost(this, args, result)
            return result
          }
          Object.defineProperty(owner, name, { value: spy })
        }
    },
    stop() {
      for (const restore of originals.splice(0)) restore()
    },
  }
}
