import { toDisplayText } from '../../base/text/display.ts'

/** What is wrong with the public name of a key; null for a good one. */
export function findKeyNameProblem(name: string): string | null {
  if (/^(?!__proto__$)[\w.@-]{1,100}$/.test(name)) return null
  return `the name "${toDisplayText(name, 60)}" must have 1 to 100 letters a-z or A-Z, digits, or the characters _ - . @, because logs and metrics carry it`
}
