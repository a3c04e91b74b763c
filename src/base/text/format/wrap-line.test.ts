import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleLength, wrapLine, wrapText } from './wrap-line.ts'

describe('wrapLine', () => {
  it('breaks between words and indents what follows an indented line', () => {
    expect(wrapLine('  one two three four', 12)).toEqual(['  one two', '    three', '    four'])
    expect(wrapLine('short', 12)).toEqual(['short'])
  })

  it('does not count colours', () => {
    const red = '\u001b[31merror:\u001b[39m'
    expect(visibleLength(red)).toBe(6)
    expect(wrapLine(`${red} a b c`, 10)).toEqual([`${red} a b`, 'c'])
  })

  it('leaves JSON, rows of tables and long words whole', () => {
    for (const line of [
      '{"a": 1, "b": 2}',
      '  [1, 2, 3, 4]',
      'mf     0.720     0.696',
      '/a/path/of/a/file.jsonl',
    ])
      expect(wrapLine(line, 10)).toEqual([line])
  })

  it('keeps a text in its second column, or puts it below a long first one', () => {
    expect(wrapLine('  name    one two three four five', 32)).toEqual([
      '  name    one two three four',
      '          five',
    ])
    expect(wrapLine('  a long first column    one two', 26)).toEqual(['  a long first column', '    one two'])
  })

  it('breaks a command so that it can be pasted', () => {
    expect(wrapLine('  routellm route "two words here" --json', 24)).toEqual([
      '  routellm route \\',
      '    "two words here" \\',
      '    --json',
    ])
  })

  it('keeps every word in order, and no line of short words is too long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 }),
        fc.integer({ min: 20, max: 100 }),
        (words, width) => {
          const lines = wrapLine(words.join(' '), width)
          expect(lines.join(' ').split(/ +/)).toEqual(words)
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
        },
      ),
    )
  })
})

it('wrapText wraps each line, or none without a width', () => {
  expect(wrapText('a b c\nd', 3)).toBe('a b\nc\nd')
  expect(wrapText('a b c\nd', null)).toBe('a b c\nd')
})

it('keeps a word whole that has an apostrophe, as a shell writes it', () => {
  const word = "'/tmp/routellm'\\''s own folder/my-router'"
  const lines = wrapLine(`  routellm route 'Hi there' --router ${word} --threshold 0.25`, 40)
  expect(lines.some((line) => line.includes(word))).toBe(true)
})
