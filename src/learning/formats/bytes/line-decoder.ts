import { DataError } from '../../../errors.ts'

/**
 * Decodes the lines of a file in order. The first line beyond ASCII decides: UTF-8, or, if `mayBeLatin1`, Windows-1252,
 * as Excel writes CSV in Western Europe. Another one-byte or two-byte encoding would be read as wrong letters, so a line
 * is taken for Windows-1252 only if its letters beyond ASCII stand alone or in pairs among ASCII, and no sign stands
 * inside a word.
 *
 * The returned function throws `DataError` `invalid-utf8`, naming file and line.
 */
export function createLineDecoder(
  name: string,
  mayBeLatin1: boolean,
): (bytes: Uint8Array, line: number) => string {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let decided: 'utf-8' | 'windows-1252' | undefined = mayBeLatin1 ? undefined : 'utf-8'
  return (bytes, line) => {
    if (decided === 'windows-1252') return decodeWindows1252(bytes)
    try {
      const text = utf8.decode(bytes)
      if (decided === undefined && text.length < bytes.length) decided = 'utf-8'
      return text
    } catch (cause) {
      if (decided === undefined && looksLikeWindows1252(bytes)) {
        decided = 'windows-1252'
        return decodeWindows1252(bytes)
      }
      throw new DataError(
        'invalid-utf8',
        `${name} line ${line} is not valid UTF-8. ${guessEncoding(bytes)}Save the file as UTF-8.`,
        { cause },
      )
    }
  }
}

/** What Windows-1252 has at 0x80 to 0x9F, in place of Latin-1's control characters. */
const windowsSigns = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** Node 20's `TextDecoder` decodes Latin-1 under this name. */
function decodeWindows1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  return text.replace(/[\x80-\x9f]/g, (sign) => windowsSigns[sign.charCodeAt(0) - 0x80] ?? sign)
}

/** Letters of Western European languages, above 0xBF without × and ÷, and the letters among the signs below. */
const isLetter = (byte: number) =>
  (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7) ||
  [0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f, 0xaa, 0xba].includes(byte)
const isUndefined = (byte: number) => [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte)
/** The apostrophe and the dashes, which may stand inside a word. */
const isWordPunctuation = (byte: number) => [0x91, 0x92, 0x96, 0x97, 0xad, 0xb4, 0xb7].includes(byte)
const isAsciiLetter = (byte: number | undefined) =>
  byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a))

const longestRun = 2

function looksLikeWindows1252(bytes: Uint8Array): boolean {
  let run = 0
  for (const [at, byte] of bytes.entries()) {
    run = byte < 0x80 ? 0 : run + 1
    if (run === 0) continue
    if (run > longestRun || isUndefined(byte)) return false
    const isInWord = isAsciiLetter(bytes[at - 1]) && isAsciiLetter(bytes[at + 1])
    if (isInWord && !isLetter(byte) && !isWordPunctuation(byte)) return false
  }
  return true
}

function guessEncoding(bytes: Uint8Array): string {
  return looksLikeWindows1252(bytes) ? 'It looks like Latin-1 (Windows-1252). ' : ''
}
