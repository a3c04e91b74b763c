import { createColors } from 'picocolors'
import { expect, it } from 'vitest'
import { escapeMarkup, toDisplayText, toTerminalText } from './display.ts'

it('shows text on one line, without control characters, cut with an ellipsis', () => {
  expect(toDisplayText(' a\n\tb\u001b[31m c\u202ed ')).toBe('a b [31m c d')
  expect(toDisplayText('x'.repeat(41))).toBe(`${'x'.repeat(39)}…`)
  expect(toDisplayText('x'.repeat(40))).toBe('x'.repeat(40))
  // Characters outside the basic plane are not cut in half.
  expect(toDisplayText('😀'.repeat(10), 5)).toBe('😀😀😀😀…')
})

it.each([
  ['a title', '\u001b]0;gotcha\u0007', '\\u001b]0;gotcha\\u0007'],
  ['a cursor movement', 'a\u001b[2Ab', 'a\\u001b[2Ab'],
  ['hidden text', '\u001b[8mhidden', '\\u001b[8mhidden'],
  ['an 8-bit sequence', '\u009b2J', '\\u009b2J'],
  ['a carriage return', 'ok\rno', 'ok\\u000dno'],
  ...[...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\ufff9'].map(
    (mark) => [
      'a change of direction',
      `a${mark}b`,
      `a\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}b`,
    ],
  ),
])('a terminal does not obey %s', (_, text, shown) => {
  expect(toTerminalText(text)).toBe(shown)
})

it('a terminal shows lines, tabs, and the colours of this program', () => {
  const colors = createColors(true)
  const text = `${colors.red('red')} ${colors.bold(colors.dim('dim'))} ${colors.bgYellow('x')}\n\tпривет 你好 😀`
  expect(toTerminalText(text)).toBe(text)
  expect(toTerminalText('\u001b[31mred\u001b[39m', false)).toBe('\\u001b[31mred\\u001b[39m')
})

it('removes every control character and change of direction from a line, and from markup', () => {
  for (let code = 0; code < 0x2070; code++) {
    const character = String.fromCharCode(code)
    if (!/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(character)) continue
    expect(toDisplayText(`a${character}b`), code.toString(16)).toBe('a b')
    if (!'\t\n\r'.includes(character)) expect(escapeMarkup(character), code.toString(16)).toBe('\ufffd')
  }
})

it('JSON keeps its data', () => {
  const data = { name: 'a\u009b2J\u007f\u202e\u001b[31m' }
  expect(JSON.parse(toTerminalText(JSON.stringify(data)))).toEqual(data)
})

it('markup has no character that XML forbids', () => {
  expect(escapeMarkup(`<a href="x" id='y'>&</a>`)).toBe(
    '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;&lt;/a&gt;',
  )
  expect(escapeMarkup('a\u0000\u001b\u009b\u202e\ud800b\n\tc')).toBe('a�����b\n\tc')
})
