import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import { setJsonValue } from './json-value.ts'
import type { SettingsFormat } from './settings-format.ts'

/** JSON with comments and trailing commas, as opencode, Qwen Code and editors read it. */
export const json: SettingsFormat = {
  name: 'JSON',
  parse(text) {
    const body = withoutByteOrderMark(text)
    if (body.trim() === '') return {}
    const errors: ParseError[] = []
    const data: unknown = parse(body, errors, { allowTrailingComma: true })
    const [first] = errors
    if (first === undefined) return data
    const line = body.slice(0, first.offset).split('\n').length
    throw new SyntaxError(`${printParseErrorCode(first.error)} in line ${line}`)
  },
  edit(text, edits) {
    const body = withoutByteOrderMark(text)
    const mark = text.slice(0, text.length - body.length)
    return mark + edits.reduce(setJsonValue, body.trim() === '' ? '{}\n' : body)
  },
}

function withoutByteOrderMark(text: string): string {
  return text.replace(/^\uFEFF/, '')
}
