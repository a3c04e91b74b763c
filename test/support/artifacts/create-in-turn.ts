/**
 * A factory that creates two values with the given one and then returns these in turn, for contract suites that call
 * their factory once per case: loading an artifact a thousand times takes longer than all that is checked.
 */
export function createInTurn<Value>(create: () => Value | Promise<Value>): () => Promise<Value> {
  const values: Promise<Value>[] = []
  let calls = 0
  return () => {
    const place = calls++ % 2
    values[place] ??= Promise.resolve(create())
    return values[place]
  }
}
