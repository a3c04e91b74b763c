/** A value of a settings file. */
export type SettingValue =
  | string
  | number
  | boolean
  | readonly SettingValue[]
  | { readonly [name: string]: SettingValue }

/** One change of a settings file. */
export type SettingEdit =
  /** Gives the key at `path` this value; an object replaces what is there. */
  | { readonly kind: 'set'; readonly path: SettingPath; readonly value: SettingValue }
  /** Puts `entry` into the list at `path`: in the place of the entry with the same value of the field `by`, else at the end. */
  | {
      readonly kind: 'put'
      readonly path: SettingPath
      readonly by: string
      readonly entry: { readonly [name: string]: SettingValue }
    }

/** What a tool asks of a settings file: an edit, or a value for a key that the file does not have. */
export type SettingRule =
  | SettingEdit
  | { readonly kind: 'default'; readonly path: SettingPath; readonly value: SettingValue }

/** The names of the keys from the top of the file. */
export type SettingPath = readonly [string, ...string[]]

/** What a settings file holds, as plain data. */
export type Settings = Readonly<Record<string, unknown>>

export function isSettings(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The settings after the edits; what an edit does not name stays as it is. */
export function applyEdits(settings: Settings, edits: readonly SettingEdit[]): Settings {
  return edits.reduce(
    (current, edit) => changeAt(current, edit.path, (value) => changedValue(value, edit)),
    settings,
  )
}

/** The edits that `rules` ask for in a file with these settings. */
export function findEdits(settings: Settings, rules: readonly SettingRule[]): readonly SettingEdit[] {
  return rules.flatMap((rule): readonly SettingEdit[] => {
    if (rule.kind !== 'default') return [rule]
    return valueAt(settings, rule.path) === undefined ? [{ ...rule, kind: 'set' }] : []
  })
}

function valueAt(settings: unknown, path: readonly string[]): unknown {
  return path.reduce((value: unknown, name) => (isSettings(value) ? value[name] : undefined), settings)
}

/** Where an entry belongs in a list: the index of the one that it replaces, else the length of the list. */
export function findPlace(list: readonly unknown[], by: string, entry: Settings): number {
  const index = list.findIndex((each) => isSettings(each) && each[by] === entry[by])
  return index === -1 ? list.length : index
}

function changedValue(value: unknown, edit: SettingEdit): unknown {
  if (edit.kind === 'set') return edit.value
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  const place = findPlace(list, edit.by, edit.entry)
  return [...list.slice(0, place), edit.entry, ...list.slice(place + 1)]
}

function changeAt(
  settings: Settings,
  path: readonly string[],
  change: (value: unknown) => unknown,
): Settings {
  const [name = '', ...rest] = path
  const value = settings[name]
  return {
    ...settings,
    [name]: rest.length === 0 ? change(value) : changeAt(isSettings(value) ? value : {}, rest, change),
  }
}
