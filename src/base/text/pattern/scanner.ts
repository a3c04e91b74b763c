import type { Automaton } from './automaton.ts'
import type { Assertion } from './syntax.ts'

/** States that the automaton may be in between two characters, before it goes on by itself. */
type Place = {
  readonly members: Int32Array
  /** Bits of the character before. */
  readonly before: number
  /** The known transitions by character: `matched`, or another place. */
  readonly ascii: (Place | undefined)[]
  readonly others: Map<number, Place>
}

/** The class of a character that `^`, `$` and `\b` depend on. */
const wordBit = 1
const lineEndBit = 2
const edgeBit = 4

const matched: Place = { members: new Int32Array(0), before: 0, ascii: [], others: new Map() }
const nowhere: Place['ascii'] = []
const noOthers: Place['others'] = new Map()

/** Maximum of remembered members and steps of places, a few bytes each. Beyond it all are dropped. */
const maximumRemembered = 100_000

/**
 * A function that returns whether the automaton accepts some part of a text. The transitions that it computes are kept
 * for later texts. A text that needs too many is read to its end without a cache, one set of states at a time.
 */
export function createScanner({ states, start }: Automaton, flags: string) {
  const wordCharacter = new RegExp('^\\w$', flags)
  const multiline = flags.includes('m')
  const asserts = states.some((state) => state.kind === 'assertion')
  const marks = new Int32Array(states.length)
  const found = new Int32Array(states.length)
  const members = new Int32Array(states.length)
  const open: number[] = []
  let places = new Map<string, Place>()
  let remembered = 0
  let round = 0

  return (text: string, from = 0, to = text.length): boolean => {
    if (remembered > maximumRemembered) forget()
    let place = placeOf(Int32Array.of(start), from === 0 ? edgeBit : bitsOf(codePointBefore(text, from)))
    let at = from
    while (at < to) {
      const code = text.codePointAt(at)!
      const next = (code < 128 ? place.ascii[code] : place.others.get(code)) ?? step(place, code)
      if (next === matched) return true
      place = next
      at += code > 0xffff ? 2 : 1
    }
    const after = to >= text.length ? edgeBit : bitsOf(text.codePointAt(to)!)
    return reach(place, after) === accepting
  }

  function step(place: Place, code: number): Place {
    const bits = bitsOf(code)
    const count = reach(place, bits)
    const reached = count === accepting ? undefined : stepped(count, code)
    if (remembered > maximumRemembered || place.ascii === nowhere)
      return reached === undefined
        ? matched
        : { members: reached, before: bits, ascii: nowhere, others: noOthers }
    const next = reached === undefined ? matched : placeOf(reached.sort(), bits)
    remembered++
    if (code < 128) place.ascii[code] = next
    else place.others.set(code, next)
    return next
  }

  /** The states that follow the first `count` states of `found` on a character; a match may also begin after it. */
  function stepped(count: number, code: number): Int32Array {
    round++
    marks[start] = round
    members[0] = start
    let size = 1
    for (let index = 0; index < count; index++) {
      const state = states[found[index]!]!
      if (state.kind !== 'character' || marks[state.next] === round || !state.matches(code)) continue
      marks[state.next] = round
      members[size++] = state.next
    }
    return members.slice(0, size)
  }

  /** Collects in `found` the reading states that a place leads to before a character with `after`; their count. */
  function reach(place: Place, after: number): number {
    round++
    let count = 0
    for (const member of place.members) open.push(member)
    while (open.length > 0) {
      const member = open.pop()!
      if (marks[member] === round) continue
      marks[member] = round
      const state = states[member]!
      if (state.kind === 'character') found[count++] = member
      else if (state.kind === 'fork') open.push(...state.next)
      else if (state.kind === 'accept') {
        open.length = 0
        return accepting
      } else if (holds(state.at, place.before, after)) open.push(state.next)
    }
    return count
  }

  function placeOf(members: Int32Array, before: number): Place {
    const key = String.fromCharCode(before, ...members)
    let place = places.get(key)
    if (place === undefined) {
      place = { members, before, ascii: [], others: new Map() }
      places.set(key, place)
      remembered += members.length
    }
    return place
  }

  function forget(): void {
    places = new Map()
    remembered = 0
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

/** In place of a count: the automaton accepts. */
const accepting = -1

function codePointBefore(text: string, at: number): number {
  const last = text.charCodeAt(at - 1)
  const isPair = last >= 0xdc00 && last <= 0xdfff && at > 1
  const first = isPair ? text.charCodeAt(at - 2) : 0
  return first >= 0xd800 && first <= 0xdbff ? text.codePointAt(at - 2)! : last
}
