import type { z } from 'zod'
import { expandUnion, type Problem } from '../problems.ts'

type Path = readonly PropertyKey[]

/** The parts of a refused file that its schema takes, so that they can be checked together with what was refused. */
export type ValidParts<File> = {
  readonly file: File
  /** What was left out: paths of settings, or of whole entries. */
  readonly removed: readonly Path[]
}

/** How often what is refused is left out. An entry needs two rounds: first a wrong key, then what lacks that key. */
const mostRounds = 4
/** In a file with more wrong settings than these the rest is not checked. */
const mostRemoved = 500

/** Undefined if nothing valid is left, if a whole section is refused, or if too much is. */
export function findValidParts<Schema extends z.ZodType>(
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
  schema: Schema,
): ValidParts<z.output<Schema>> | undefined {
  const rest: unknown = structuredClone(value)
  const removed: Path[] = []
  let refused = issues
  for (let round = 0; round < mostRounds; round++) {
    const paths = refused.flatMap(expandUnion).flatMap(pathsOf)
    if (removed.length + paths.length > mostRemoved) return undefined
    for (const { path, isUnknownKey } of paths) {
      // Another problem of an entry that is left out already.
      if (removed.some((other) => isWithin(path, other))) continue
      const found = existingPath(rest, path)
      // A section that is missing or wrong as a whole says nothing about the names in it.
      if (found.length < 2 && !isUnknownKey) return undefined
      removeAt(rest, found)
      removed.push(found)
    }
    const parsed = schema.safeParse(rest)
    if (parsed.success) return { file: parsed.data, removed }
    refused = parsed.error.issues
  }
  return undefined
}

/** The problems that are not about what was left out. */
export function problemsOfRest(problems: readonly Problem[], removed: readonly Path[]): Problem[] {
  // Whether a host or an origin needs client keys is unknown if these could not be read.
  const left = removed.flatMap((path) => {
    if (path[0] === 'keys') return [path, ['server', 'host'], ['server', 'allowedOrigins']]
    return [path[1] === 'clientKeys' ? path.slice(0, 1) : path]
  })
  const isRemoved = ({ path }: Problem) =>
    left.some(
      (other) =>
        other.slice(0, path.length).every((step, index) => step === path[index]) ||
        path.slice(0, other.length).every((step, index) => step === other[index]),
    )
  return problems.filter((problem) => !isRemoved(problem))
}

function isWithin(path: Path, other: Path): boolean {
  return other.length <= path.length && other.every((step, index) => step === path[index])
}

function pathsOf(issue: z.core.$ZodIssue): { path: Path; isUnknownKey: boolean }[] {
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...issue.path, key], isUnknownKey: true }))
    : [{ path: issue.path, isUnknownKey: false }]
}

/** The path up to the last step whose value exists, and before the first index of a list. */
function existingPath(value: unknown, path: Path): Path {
  let current = value
  for (const [index, step] of path.entries()) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return path.slice(0, index)
    // What is missing makes its entry invalid.
    if (!Object.hasOwn(current, step)) return path.slice(0, index)
    current = Reflect.get(current, step)
  }
  return path
}

function removeAt(value: unknown, path: Path): void {
  const last = path.at(-1)
  if (last === undefined) return
  let current = value
  for (const step of path.slice(0, -1)) {
    if (typeof current !== 'object' || current === null) return
    current = Reflect.get(current, step)
  }
  if (typeof current === 'object' && current !== null) Reflect.deleteProperty(current, last)
}
