import type { SettingEdit } from './setting-edit.ts'

/** A syntax of settings files. */
export type SettingsFormat = {
  readonly name: 'JSON' | 'TOML' | 'YAML'
  /**
   * The data of a text; `{}` for one without any.
   *
   * @throws SyntaxError with the reason and the line.
   */
  parse(text: string): unknown
  /** The text with the edits made, and the rest of it as it was as far as the syntax allows. */
  edit(text: string, edits: readonly SettingEdit[]): string
}

/** The line break that a text uses. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
