import type { DistinctTokens } from './distinct-tokens.ts'
import { measuredCharacters, type TextScan } from './text-scan.ts'

/** How the answer options of a multiple-choice prompt relate to each other and to the question. */
export type OptionWords = {
  /** Mean number of tokens of an option. */
  meanLength: number
  /** Share of the options' tokens that an earlier option has too, 0 to 1. */
  sharedWithOptions: number
  /** Share of the options' tokens that the question has too, 0 to 1. */
  sharedWithQuestion: number
}

/** A function that compares the options of a scanned text; all zero if there are no options. */
export function createOptionComparison(): (scan: TextScan, distinct: DistinctTokens) => OptionWords {
  // The option in which a distinct token was seen last, −1 before that.
  const lastSeen = new Int32Array(measuredCharacters)
  const inQuestion = new Uint8Array(measuredCharacters)
  const result: OptionWords = { meanLength: 0, sharedWithOptions: 0, sharedWithQuestion: 0 }
  return (scan, distinct) => {
    const options = scan.options.count
    result.meanLength = 0
    result.sharedWithOptions = 0
    result.sharedWithQuestion = 0
    if (options === 0) return result
    const first = scan.options.firstToken(0)
    lastSeen.fill(-1, 0, distinct.count)
    inQuestion.fill(0, 0, distinct.count)
    for (let token = 0; token < first; token++) inQuestion[distinct.ofToken[token]!] = 1
    let option = 0
    let tokens = 0
    let sharedWithOptions = 0
    let sharedWithQuestion = 0
    for (let token = first; token < scan.tokens; token++) {
      while (option + 1 < options && token >= scan.options.firstToken(option + 1)) option++
      const isLabel = token === scan.options.firstToken(option)
      if (isLabel) continue
      const member = distinct.ofToken[token]!
      tokens++
      sharedWithQuestion += inQuestion[member]!
      if (lastSeen[member]! >= 0 && lastSeen[member] !== option) sharedWithOptions++
      lastSeen[member] = option
    }
    if (tokens === 0) return result
    result.meanLength = tokens / options
    result.sharedWithOptions = sharedWithOptions / tokens
    result.sharedWithQuestion = sharedWithQuestion / tokens
    return result
  }
}
