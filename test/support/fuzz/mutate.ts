import type { Random } from '../../../src/base/math/random.ts'
import type { FuzzInput } from './seeds.ts'

/** Bytes that mean something to a reader of event streams or of JSON, and some that are no UTF-8. */
const tokens = [
  ...['\n', '\r\n', '\n\n', ': ', 'data: ', 'data:[DONE]\n\n', 'event: error\n', '\uFEFF', '\u0000'],
  ...['{', '}', '[', ']', '"', ',', '\\', '\\u0000', '\\ud83d', 'null', 'true', '[]', '{}', '""'],
  ...['-1', '1e999', '9007199254740993', '"type":"error"', '"error":{"message":"x"}', '"usage":null'],
].map((text) => Buffer.from(text))
const invalid = [Buffer.from([0xff]), Buffer.from([0xf0, 0x9f]), Buffer.from([0xc3])]
const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  '',
  'x',
  [],
  {},
  [null],
  [[]],
  { type: 'text' },
  1e300,
]

/** The mutations, by the names under which the documentation lists them. */
export const mutations: Readonly<Record<string, (bytes: Buffer, random: Random, other: Buffer) => Buffer>> = {
  'flip a bit': (bytes, random) => {
    const copy = Buffer.from(bytes)
    const at = below(random, copy.length)
    if (copy.length > 0) copy[at] = copy[at]! ^ (1 << below(random, 8))
    return copy
  },
  'remove a range': (bytes, random) => {
    const [from, to] = range(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  'repeat a range': (bytes, random) => {
    const [from, to] = range(bytes, random)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
  'insert a token': (bytes, random) => insert(bytes, random, pick(random, tokens)),
  'insert bytes that are no UTF-8': (bytes, random) => insert(bytes, random, pick(random, invalid)),
  'cut the end off': (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  'join with another input': (bytes, random, other) =>
    Buffer.concat([
      bytes.subarray(0, below(random, bytes.length)),
      other.subarray(below(random, other.length)),
    ]),
  'swap two events': (bytes, random) => {
    const events = bytes.toString('latin1').split('\n\n')
    const [one, two] = [below(random, events.length), below(random, events.length)]
    const kept = events[one] ?? ''
    events[one] = events[two] ?? ''
    events[two] = kept
    return Buffer.from(events.join('\n\n'), 'latin1')
  },
  'replace a value': (bytes, random) => changeJson(bytes, random, () => pick(random, values)),
  'remove a member': (bytes, random) => changeJson(bytes, random, () => undefined),
}

/** One to four mutations in a row. */
export function mutate(input: FuzzInput, others: readonly FuzzInput[], random: Random): FuzzInput {
  let { bytes } = input
  const names = Object.keys(mutations)
  for (let count = 1 + below(random, 4); count > 0; count--)
    bytes = mutations[pick(random, names)]!(bytes, random, pick(random, others).bytes)
  return { ...input, bytes: bytes.subarray(0, 1 << 14) }
}

/** Changes one value of a JSON text, or of one event of a stream; the bytes as they are if there is none. */
function changeJson(bytes: Buffer, random: Random, change: () => unknown): Buffer {
  const lines = bytes.toString('utf8').split('\n')
  const at = below(random, lines.length)
  const [, prefix = '', json = ''] = /^(data: )?([[{].*)$/.exec(lines[at] ?? '') ?? []
  try {
    const value: unknown = JSON.parse(json)
    const places: { holder: Record<string, unknown>; key: string }[] = []
    collect(value, places)
    const place = pick(random, places)
    if (place === undefined) return bytes
    place.holder[place.key] = change()
    lines[at] = prefix + JSON.stringify(value)
    return Buffer.from(lines.join('\n'))
  } catch {
    return bytes
  }
}

function collect(value: unknown, places: { holder: Record<string, unknown>; key: string }[]): void {
  if (typeof value !== 'object' || value === null) return
  const holder = value as Record<string, unknown>
  for (const key of Object.keys(holder)) {
    places.push({ holder, key })
    collect(holder[key], places)
  }
}

function insert(bytes: Buffer, random: Random, inserted: Buffer): Buffer {
  const at = below(random, bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)])
}

function range(bytes: Buffer, random: Random): [number, number] {
  const from = below(random, bytes.length)
  return [from, Math.min(bytes.length, from + 1 + below(random, 64))]
}

function below(random: Random, limit: number): number {
  return random.nextInt(Math.max(1, limit))
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[below(random, items.length)]!
}
