import { isObject } from '../../../common/json-fields.ts'

/** Whether a client has set a field: null, `false`, and empty lists, objects and texts ask for nothing. */
export function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false
  if (Array.isArray(value)) return value.length > 0
  return !isObject(value) || Object.keys(value).length > 0
}
