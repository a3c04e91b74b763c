/** The kinds of UTF-16 code units, as far as counting words and marks needs them. */
export const characterClass = {
  other: 0,
  lower: 1,
  upper: 2,
  digit: 3,
  space: 4,
  newline: 5,
  /** `. ? !`: may end a sentence. */
  terminator: 6,
  /** Commas, quotes, dashes and other punctuation. */
  punctuation: 7,
  /** `+ - * / = < > ^ %` and the Unicode operators. */
  operator: 8,
  bracket: 9,
  /** A letter of a script without case, written with spaces (Arabic, Hebrew, Devanagari, …). */
  caseless: 10,
  /** A character of a script written without spaces: each is a separate token. */
  ideograph: 11,
} as const

const classOfAscii = asciiClasses()

function asciiClasses(): Uint8Array {
  const classes = new Uint8Array(128)
  const assign = (characters: string, value: number) => {
    for (const character of characters) classes[character.charCodeAt(0)] = value
  }
  assign('abcdefghijklmnopqrstuvwxyz', characterClass.lower)
  assign('ABCDEFGHIJKLMNOPQRSTUVWXYZ', characterClass.upper)
  assign('0123456789', characterClass.digit)
  assign(' \t\v\f\r', characterClass.space)
  assign('\n', characterClass.newline)
  assign('.?!', characterClass.terminator)
  assign(',;:\'"`-_@#&~|\\', characterClass.punctuation)
  assign('+*/=<>^%', characterClass.operator)
  assign('()[]{}', characterClass.bracket)
  return classes
}

/** The class of one UTF-16 code unit. Blocks of Unicode are distinguished coarsely, by their ranges. */
export function classOf(code: number): number {
  return code < 128 ? classOfAscii[code]! : classOfWide(code)
}

function classOfWide(code: number): number {
  if (code < 0xc0) return code === 0xa0 ? characterClass.space : characterClass.punctuation
  if (code < 0x590) {
    if (code === 0xd7 || code === 0xf7) return characterClass.operator
    return lowerCaseOf(code) === code ? characterClass.lower : characterClass.upper
  }
  if (code < 0x2000) return characterClass.caseless
  if (code < 0x2e80) return classOfSymbol(code)
  if (code <= 0x303f || (code >= 0xff00 && code <= 0xff20)) return classOfEastAsianMark(code)
  if (code < 0xd800) return characterClass.ideograph
  if (code < 0xf900) return characterClass.other
  return code < 0xfb00 ? characterClass.ideograph : characterClass.caseless
}

function classOfSymbol(code: number): number {
  if (code <= 0x200a) return characterClass.space
  if (code === 0x2028 || code === 0x2029) return characterClass.newline
  if (code <= 0x206f) return characterClass.punctuation
  return code >= 0x2190 && code <= 0x22ff ? characterClass.operator : characterClass.other
}

function classOfEastAsianMark(code: number): number {
  if (code === 0x3000) return characterClass.space
  if (code === 0x3002 || code === 0xff01 || code === 0xff1f) return characterClass.terminator
  if (code === 0x3005 || code === 0x3007) return characterClass.ideograph
  if (code >= 0xff10 && code <= 0xff19) return characterClass.caseless
  return characterClass.punctuation
}

/** Lower case of one code unit of Latin, Greek or Cyrillic; every other unit is returned as it is. */
export function lowerCaseOf(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code
  if (code <= 0xde) return code >= 0xc0 && code !== 0xd7 ? code + 32 : code
  if (code < 0x370) return code >= 0x100 && code < 0x138 && code % 2 === 0 ? code + 1 : code
  if (code <= 0x3a9) return code >= 0x391 ? code + 32 : code
  if (code >= 0x410 && code <= 0x42f) return code + 32
  return code >= 0x400 && code <= 0x40f ? code + 80 : code
}
