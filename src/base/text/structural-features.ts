import { createDistinctTokens, type DistinctTokens } from './distinct-tokens.ts'
import { createOptionComparison, type OptionWords } from './option-words.ts'
import type { TextCounts } from './text-counts.ts'
import { createTextScanner, type TextScan } from './text-scan.ts'
import { createWordClassIndex, type WordClass, wordClasses } from './word-classes.ts'

/** One measurable property of a prompt. */
export type StructuralFeature = {
  /** Readable names. They are stable because artifacts are checked against them. */
  readonly name: string
  /** How the raw value enters a vector: as it is, or as log(1 + value) for sizes and counts. */
  readonly scale: 'linear' | 'log'
  /** The raw value in its own unit. Finite for every text. */
  readonly measure: (text: MeasuredText) => number
}

/** Everything that the features are read from. Reused from text to text. */
export type MeasuredText = {
  readonly scan: TextScan
  readonly counts: TextCounts
  readonly distinct: DistinctTokens
  readonly options: OptionWords
  /** Words of each of `wordClasses`. */
  readonly classCounts: Int32Array
}

/** A function that measures texts, with its own buffers; the result is valid until the next call. */
export function createTextMeasurer(): (text: string) => MeasuredText {
  const scanText = createTextScanner()
  const findDistinct = createDistinctTokens()
  const compareOptions = createOptionComparison()
  const classIndex = createWordClassIndex()
  const classCounts = new Int32Array(wordClasses.length)
  return (text) => {
    const scan = scanText(text)
    const distinct = findDistinct(scan)
    classCounts.fill(0)
    for (let member = 0; member < distinct.count; member++) {
      let bits = classIndex.find(distinct.hashes[member]!)
      while (bits > 0) {
        const lowest = 31 - Math.clz32(bits & -bits)
        classCounts[lowest]! += distinct.occurrences[member]!
        bits &= bits - 1
      }
    }
    return { scan, counts: scan.counts, distinct, options: compareOptions(scan, distinct), classCounts }
  }
}

const log = (name: string, measure: StructuralFeature['measure']): StructuralFeature => ({
  name,
  scale: 'log',
  measure,
})
const linear = (name: string, measure: StructuralFeature['measure']): StructuralFeature => ({
  name,
  scale: 'linear',
  measure,
})
const wordsOf = (name: string, wordClass: WordClass): StructuralFeature => {
  const index = wordClasses.indexOf(wordClass)
  return log(name, (text) => text.classCounts[index]!)
}
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/**
 * The features, in the order of the vector. Sizes are of the whole text; counts and shares are of its measured
 * part (all of it up to `measuredCharacters`, otherwise its beginning and end).
 */
export const structuralFeatures: readonly StructuralFeature[] = [
  log('length', (text) => text.scan.length),
  log('question length', (text) =>
    text.scan.options.count > 0 ? text.scan.options.start : text.scan.length,
  ),
  log('words', (text) => text.counts.words),
  log('sentences', (text) => text.counts.sentences),
  log('lines', (text) => text.counts.lines),
  log('blank lines', (text) => text.counts.blankLines),
  log('indented lines', (text) => text.counts.indentedLines),
  linear('letters per word', (text) => share(text.counts.wordLetters, text.counts.words)),
  log('words per sentence', (text) => share(text.counts.words, text.counts.sentences)),
  linear('long words, share', (text) => share(text.counts.longWords, text.counts.words)),
  linear('different words, share', (text) => share(text.distinct.count, text.scan.tokens)),
  linear('capitalised words, share', (text) => share(text.counts.capitalisedWords, text.counts.words)),
  log('numbers', (text) => text.counts.numbers),
  log('long numbers', (text) => text.counts.longNumbers),
  log('decimals', (text) => text.counts.decimals),
  linear('digits, share', (text) => share(text.counts.digits, text.scan.measured)),
  wordsOf('quantity words', 'quantity'),
  wordsOf('units of measure', 'unit'),
  log('percent signs', (text) => text.counts.percentSigns),
  log('dollar signs', (text) => text.counts.dollarSigns),
  log('operators', (text) => text.counts.operators),
  log('equals signs', (text) => text.counts.equalsSigns),
  log('LaTeX commands', (text) => text.counts.latexCommands),
  log('single letters', (text) => text.counts.singleLetters),
  log('brackets', (text) => text.counts.brackets),
  log('code marks', (text) => text.counts.codeMarks),
  wordsOf('code words', 'code'),
  log('underscores', (text) => text.counts.underscores),
  log('quotes', (text) => text.counts.quotes),
  log('commas', (text) => text.counts.commas),
  log('colons', (text) => text.counts.colons),
  linear('punctuation, share', (text) => share(text.counts.punctuation, text.scan.measured)),
  linear('upper case, share', (text) => share(text.counts.upperLetters, text.counts.letters)),
  linear('non-ASCII, share', (text) => share(text.counts.nonAscii, text.scan.measured)),
  log('question marks', (text) => text.counts.questionMarks),
  wordsOf('question words', 'question'),
  wordsOf('explanation words', 'explanation'),
  wordsOf('proof words', 'proof'),
  wordsOf('computation words', 'computation'),
  wordsOf('writing words', 'writing'),
  wordsOf('instruction words', 'instruction'),
  wordsOf('step words', 'step'),
  log('negations', (text) => text.classCounts[negation]! + text.counts.contractedNots),
  wordsOf('conditions', 'condition'),
  wordsOf('comparisons', 'comparison'),
  wordsOf('quantifiers', 'quantifier'),
  wordsOf('personal words', 'person'),
  wordsOf('polite words', 'polite'),
  linear('answer options', (text) => text.scan.options.count),
  log('words per answer option', (text) => text.options.meanLength),
  linear('answer options, words shared', (text) => text.options.sharedWithOptions),
  linear('answer options, words of the question', (text) => text.options.sharedWithQuestion),
]

const negation = wordClasses.indexOf('negation')
