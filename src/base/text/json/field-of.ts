/** The member of a parsed JSON value; undefined if the value is no object or has no such member. */
export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}
