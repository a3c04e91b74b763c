import { isDeepStrictEqual } from 'node:util'
import { InvalidRequestError } from '../../../../errors.ts'
import {
  applyEdits,
  findEdits,
  isSettings,
  type SettingEdit,
  type SettingRule,
  type Settings,
} from './setting-edit.ts'
import type { SettingsFormat } from './settings-format.ts'

/**
 * The text of a settings file that follows the rules. It is the same text if it follows them already.
 *
 * The result is parsed again and compared with what it should hold, so a form of the file that an editor does not
 * understand is refused and never damaged.
 *
 * @param file its name, for messages.
 * @throws InvalidRequestError `settings-unreadable` if the text cannot be parsed; `settings-unsupported` if the edits
 *   cannot be made without changing something else.
 */
export function editSettings(
  format: SettingsFormat,
  text: string,
  rules: readonly SettingRule[],
  file: string,
): string {
  const before = parseSettings(format, text, file)
  const edits = findEdits(before, rules)
  const wanted = applyEdits(before, edits)
  if (isDeepStrictEqual(before, wanted)) return text
  const edited = tryEdit(format, text, edits)
  if (edited !== undefined && isDeepStrictEqual(tryParse(format, edited), wanted)) return edited
  throw new InvalidRequestError(
    'settings-unsupported',
    `${file} has the settings to be changed in a form that cannot be edited safely; it is as it was. ` +
      `Change it by hand (${edits.map(({ path }) => path.join('.')).join(', ')}): without --write the settings are printed.`,
    { param: '--write' },
  )
}

/**
 * The data of a settings file.
 *
 * @throws InvalidRequestError `settings-unreadable`.
 */
export function parseSettings(format: SettingsFormat, text: string, file: string): Settings {
  const refuse = (reason: string, cause?: unknown) =>
    new InvalidRequestError(
      'settings-unreadable',
      `${file} is not ${format.name} that can be read, and is as it was: ${reason}. Correct the file first.`,
      { param: '--write', cause },
    )
  let data: unknown
  try {
    data = format.parse(text)
  } catch (cause) {
    const [reason = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
    throw refuse(reason.replace(/[.:]$/, ''), cause)
  }
  if (isSettings(data)) return data
  throw refuse('it holds something other than keys and values')
}

function tryEdit(format: SettingsFormat, text: string, edits: readonly SettingEdit[]): string | undefined {
  try {
    return format.edit(text, edits)
  } catch {
    // What the editor cannot do is refused by the caller.
    return undefined
  }
}

function tryParse(format: SettingsFormat, text: string): unknown {
  try {
    return format.parse(text)
  } catch {
    return undefined
  }
}
