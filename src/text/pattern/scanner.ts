import type { Assertion } from './syntax.ts'
import type { Automaton } from './automaton.ts'

/** What `^`, `$` and `\b` need to know of a character; bits. */
const wordBit = 1
const lineEndBit = 2
const edgeBit = 4

/** States that the automaton may be in between two characters, before it goes on by itself. */
type Place = {
  readonly members: readonly number[]
  /** Bits of the character before. */
  readonly before: number
  /** Where each character leads: `matched`, or another place. */
  readonly ascii: (Place | undefined)[]
  readonly others: Map<number, Place>
}

const matched: Place = { members: [], before: 0, ascii: [], others: new Map() }

/** Steps that are remembered, about 100 bytes each, before all are forgotten. */
const maximumSteps = 10_000

/** A function that says whether the automaton accepts some part of a text. Keeps what it learned from text to text. */
export function createScanner({ states, start }: Automaton, flags: string) {
  const wordCharacter = new RegExp('^\\w$', flags)
  const multiline = flags.includes('m')
  const asserts = states.some((state) => state.kind === 'assertion')
  let places = new Map<string, Place>()
  let steps = 0
  const seen = new Int32Array(states.length)
  let round = 0

  return (text: string, from = 0, to = text.length): boolean => {
    let place = placeOf([start], from === 0 ? edgeBit : bitsOf(codePointBefore(text, from)))
    let at = from
    while (at < to) {
      const code = text.codePointAt(at)!
      const next = (code < 128 ? place.ascii[code] : place.others.get(code)) ?? step(place, code)
      if (next === matched) return true
      place = next
      at += code > 0xffff ? 2 : 1
    }
    const after = to >= text.length ? edgeBit : bitsOf(text.codePointAt(to)!)
    return reach(place, after) === undefined
  }

  function step(place: Place, code: number): Place {
    if (++steps > maximumSteps) {
      steps = 0
      places = new Map()
      place.ascii.length = 0
      place.others.clear()
    }
    const bits = bitsOf(code)
    const reached = reach(place, bits)
    const next = reached === undefined ? matched : placeOf(stepped(reached, code), bits)
    if (code < 128) place.ascii[code] = next
    else place.others.set(code, next)
    return next
  }

  function stepped(reached: readonly number[], code: number): readonly number[] {
    const members = new Set<number>([start])
    for (const member of reached) {
      const state = states[member]!
      if (state.kind === 'character' && state.matches(code)) members.add(state.next)
    }
    return [...members].sort((a, b) => a - b)
  }

  /** The reading states that the place leads to before a character with `after`; undefined where it accepts. */
  function reach({ members, before }: Place, after: number): readonly number[] | undefined {
    round++
    const reading: number[] = []
    const open = [...members]
    while (open.length > 0) {
      const member = open.pop()!
      if (seen[member] === round) continue
      seen[member] = round
      const state = states[member]!
      if (state.kind === 'accept') return undefined
      if (state.kind === 'character') reading.push(member)
      else if (state.kind === 'fork') open.push(...state.next)
      else if (holds(state.at, before, after)) open.push(state.next)
    }
    return reading
  }

  function placeOf(members: readonly number[], before: number): Place {
    const key = `${before}:${members.join()}`
    let place = places.get(key)
    if (place === undefined) {
      place = { members, before, ascii: [], others: new Map() }
      places.set(key, place)
    }
    return place
  }

  function bitsOf(code: number): number {
    if (!asserts) return 0
    const isLineEnd = code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029
    return (wordCharacter.test(String.fromCodePoint(code)) ? wordBit : 0) | (isLineEnd ? lineEndBit : 0)
  }

  function holds(assertion: Assertion, before: number, after: number): boolean {
    switch (assertion) {
      case 'start':
        return (before & edgeBit) !== 0 || (multiline && (before & lineEndBit) !== 0)
      case 'end':
        return (after & edgeBit) !== 0 || (multiline && (after & lineEndBit) !== 0)
      case 'word-boundary':
        return (before & wordBit) !== (after & wordBit)
      case 'no-word-boundary':
        return (before & wordBit) === (after & wordBit)
    }
  }
}

function codePointBefore(text: string, at: number): number {
  const last = text.charCodeAt(at - 1)
  const isPair = last >= 0xdc00 && last <= 0xdfff && at > 1
  const first = isPair ? text.charCodeAt(at - 2) : 0
  return first >= 0xd800 && first <= 0xdbff ? text.codePointAt(at - 2)! : last
}
