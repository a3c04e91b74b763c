/** Names of functions for tools that are named by a namespace and a name. */
export type ToolNames = {
  /** A name that no other tool has; null if this tool has one already. */
  add(name: string, namespace: string | null): string | null
  /** The name of a tool; for one that was not added, the name that it would have if it were the only one. */
  find(name: string, namespace: string | null): string
}

/**
 * A name holds letters, digits, `_` and `-`, 64 at most: what chat completions and Messages allow. Codex names its own tools
 * by the namespace `functions`, which is left out.
 */
export function createToolNames(): ToolNames {
  const given = new Map<string, string>()
  const taken = new Set<string>()
  /** The number of the next tool whose plain name is taken: counting on from it keeps many equal names linear. */
  const next = new Map<string, number>()
  return {
    add(name, namespace) {
      const key = keyOf(name, namespace)
      if (given.has(key)) return null
      const plain = formName(name, namespace)
      let unique = plain
      while (taken.has(unique)) {
        const count = next.get(plain) ?? 2
        next.set(plain, count + 1)
        unique = `${plain.slice(0, 56)}_${count}`
      }
      taken.add(unique)
      given.set(key, unique)
      return unique
    },
    find: (name, namespace) => given.get(keyOf(name, namespace)) ?? formName(name, namespace),
  }
}

function keyOf(name: string, namespace: string | null): string {
  return JSON.stringify([namespace === ownNamespace ? null : namespace, name])
}

function formName(name: string, namespace: string | null): string {
  if (namespace === null || namespace === ownNamespace) return name
  const joint = namespace.endsWith('__') ? '' : '__'
  return `${namespace}${joint}${name}`.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64)
}

const ownNamespace = 'functions'
