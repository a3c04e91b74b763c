import { describe, expect, it } from 'vitest'
import { createTextScanner, measuredCharacters } from './text-scan.ts'
import { hashOfWord, numberHashes } from './token-hash.ts'

const scan = createTextScanner()

function tokensOf(text: string): string[] {
  const { tokens, tokenStarts, tokenEnds } = scan(text)
  return Array.from({ length: tokens }, (_, token) => text.slice(tokenStarts[token], tokenEnds[token]))
}

describe('the tokens of a text', () => {
  it.each([
    ['What is 2+2?', ['What', 'is', '2', '2']],
    ["don't x_1", ['don', 't', 'x', '1']],
    ['1,200.50 and 1,2,3', ['1,200.50', 'and', '1', '2', '3']],
    ['3.14. 2.', ['3.14', '2']],
    ['量子 ab', ['量', '子', 'ab']],
    ['Größe ПРИВЕТ', ['Größe', 'ПРИВЕТ']],
    ['x=10mm', ['x', '10', 'mm']],
    ['', []],
    ['\ud800 a \udc00', ['a']],
  ])('of %j', (text, expected) => {
    expect(tokensOf(text)).toEqual(expected)
  })

  it('are hashed without regard to case, in ASCII, Latin-1 and Cyrillic', () => {
    expect(scan('Straße').tokenHashes[0]).toBe(hashOfWord('straße'))
    expect(scan('ÉTÉ').tokenHashes[0]).toBe(hashOfWord('été'))
    expect(scan('ПРИВЕТ').tokenHashes[0]).toBe(hashOfWord('привет'))
  })

  it('know numbers by their digits: 1998 and 2,024 are one token, 7 and 12 are not', () => {
    const { tokenHashes } = scan('1998 2,024 7 12')
    expect([...tokenHashes.subarray(0, 4)]).toEqual([4, 4, 1, 2].map((digits) => numberHashes[digits]))
  })
})

describe('the counts of a text', () => {
  it('count sentences, not initials, list marks, decimals or dots in a row', () => {
    expect(scan('J. Smith went home. Why?! He was 3.5 years late...').counts.sentences).toBe(3)
    expect(scan('1. First\n2. Second\nA. Third').counts.sentences).toBe(1)
    expect(scan('no end').counts.sentences).toBe(1)
    expect(scan('他来了。为什么？！').counts.sentences).toBe(2)
    expect(scan('?').counts.sentences).toBe(0)
  })

  it('count lines, blank lines and indented lines', () => {
    const { lines, blankLines, indentedLines } = scan('def f():\n  return 1\n\n\tx').counts
    expect({ lines, blankLines, indentedLines }).toEqual({ lines: 4, blankLines: 1, indentedLines: 2 })
  })

  it('count marks of code, mathematics and negation', () => {
    const { codeMarks, latexCommands, operators, equalsSigns, contractedNots } = scan(
      "f() == {x;} \\frac\\alpha 3 - 2 isn't",
    ).counts
    expect({ codeMarks, latexCommands, operators, equalsSigns, contractedNots }).toEqual({
      codeMarks: 5,
      latexCommands: 2,
      operators: 3,
      equalsSigns: 2,
      contractedNots: 1,
    })
  })
})

describe('answer options', () => {
  it.each([
    ['Which?\nA. one\nB. two\nC. three\nAnswer:', 3, 7],
    ['Which?\nA) one\nB) two', 2, 7],
    ['Pick: (A) red (B) green', 2, 7],
    ['A. Smith and B. Jones met.', 0, 0],
    ['A. alone', 0, 0],
  ])('of %j', (text, count, start) => {
    const { options } = scan(text)
    expect(options.count).toBe(count)
    if (count > 0) expect(options.start).toBe(start)
  })
})

describe('a text over the bound', () => {
  it('is read at its beginning and end, and its length stays exact', () => {
    const half = measuredCharacters / 2
    const text = `${'a '.repeat(half / 2)}${'9 '.repeat(500_000)}${'b '.repeat(half / 2)}`
    const result = scan(text)
    expect(result.length).toBe(text.length)
    expect(result.measured).toBe(measuredCharacters)
    expect(result.counts.numbers).toBe(0)
    expect(result.tokens).toBe(measuredCharacters / 2)
    expect(result.tokenHashes[result.tokens - 1]).toBe(hashOfWord('b'))
  })

  it('is read as a whole up to the bound', () => {
    for (const numbers of [1500, 2500, measuredCharacters / 2]) {
      const result = scan('9 '.repeat(numbers))
      expect(result.counts.numbers).toBe(numbers)
      expect(result.measured).toBe(2 * numbers)
    }
  })
})
