/** Blocks of Unicode, [first, last] of the basic plane, by the script that they belong to. Ascending. */
const blocks = [
  [0x41, 0x5a, 'latin'],
  [0x61, 0x7a, 'latin'],
  [0xc0, 0x24f, 'latin'],
  [0x370, 0x3ff, 'greek'],
  [0x400, 0x52f, 'cyrillic'],
  [0x531, 0x58f, 'armenian'],
  [0x5d0, 0x5f2, 'hebrew'],
  [0x620, 0x6ff, 'arabic'],
  [0x750, 0x77f, 'arabic'],
  [0x900, 0x97f, 'devanagari'],
  [0x980, 0x9ff, 'bengali'],
  [0xb80, 0xbff, 'tamil'],
  [0xc00, 0xc7f, 'telugu'],
  [0xe00, 0xe7f, 'thai'],
  [0x10a0, 0x10ff, 'georgian'],
  [0x1100, 0x11ff, 'hangul'],
  [0x1e00, 0x1eff, 'latin'],
  [0x3041, 0x30ff, 'kana'],
  [0x3400, 0x4dbf, 'han'],
  [0x4e00, 0x9fff, 'han'],
  [0xac00, 0xd7a3, 'hangul'],
] as const

export type Script = (typeof blocks)[number][2]

/** Letters of each script in `text[from, to)`. */
export function countScripts(text: string, from: number, to: number): ReadonlyMap<Script, number> {
  const inBlock = new Int32Array(blocks.length)
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) inBlock[0]!++
    else if (code > 0xbf) {
      const block = blocks.findIndex(([, last]) => code <= last)
      if (block >= 0 && code >= blocks[block]![0]) inBlock[block]!++
    }
  }
  const counts = new Map<Script, number>()
  for (const [index, [, , script]] of blocks.entries())
    counts.set(script, (counts.get(script) ?? 0) + inBlock[index]!)
  return counts
}
