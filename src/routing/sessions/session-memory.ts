import type { FoundSession } from './session-id.ts'
import type { SessionState } from './session-state.ts'
import { createMemoryStore } from './session-store.ts'

/** Where a request's conversation is remembered, and what is. */
export type Remembered = {
  /** What replies and logs show. */
  readonly id: string
  readonly key: string
  readonly state: SessionState | null
  /** See `FoundSession`. */
  readonly isNamed: boolean
  /** Whether the state is that of turns that are no longer part of the conversation: they were summed up or cut off. */
  readonly isInherited: boolean
}

/** The states of conversations, and what leads to them. */
export type SessionMemory = {
  /** @param name the model name that the client asked for. @param hasSummary whether a summary stands in for turns. */
  find(found: FoundSession, name: string, hasSummary: boolean): Remembered
  get(key: string): SessionState | undefined
  /** Of a conversation that goes on or begins. */
  set(remembered: Pick<Remembered, 'id' | 'key' | 'isNamed'>, name: string, state: SessionState): void
  /** Changes the state of a conversation. False if it is not remembered. */
  update(key: string, change: (state: SessionState) => SessionState): boolean
  /** Lets a `previous_response_id` lead to a conversation. @param response the id's digest. */
  link(response: string, key: string): void
}

/** @param maxSessions conversations at most. @param maxBytes memory for their states, about, and as much for what leads to them. */
export function createSessionMemory(maxSessions: number, maxBytes: number): SessionMemory {
  const states = createMemoryStore<SessionState>(maxSessions, maxBytes, sizeOfState)
  // The latest key of each id, and the key of each response.
  const keys = createMemoryStore<string>(maxSessions * 4, maxBytes, (key) => key.length * 2)

  return {
    find(found, name, hasSummary) {
      const { isNamed } = found
      const continued = found.continues === null ? undefined : keys.get(`>${found.continues}`)
      if (continued !== undefined) {
        const [id = found.id] = continued.split('/', 1)
        return { id, key: continued, state: states.get(continued) ?? null, isNamed, isInherited: false }
      }
      const { id } = found
      const key = `${id}/${found.thread}/${name}`
      const state = states.get(key)
      if (state !== undefined) return { id, key, state, isNamed, isInherited: false }
      const isContinuation = found.isOneConversation || found.isPartial || hasSummary
      const latest = isContinuation ? keys.get(`${id}/${name}`) : undefined
      const inherited = latest === undefined ? undefined : states.get(latest)
      if (latest === undefined || inherited === undefined)
        return { id, key, state: null, isNamed, isInherited: false }
      // Turns that are sent alone say nothing about their thread.
      if (found.isPartial) return { id, key: latest, state: inherited, isNamed, isInherited: false }
      return { id, key, state: inherited, isNamed, isInherited: true }
    },
    get: (key) => states.get(key),
    set({ id, key, isNamed }, name, state) {
      states.set(key, state)
      // A conversation of its first turns has another id once they are cut off, so nothing looks for its latest key.
      if (isNamed) keys.set(`${id}/${name}`, key)
    },
    update: (key, change) => states.update(key, change),
    link: (response, key) => keys.set(`>${response}`, key),
  }
}

/** Numbers of a state, and of each cache with its identity. */
function sizeOfState({ caches, model }: SessionState): number {
  let bytes = 500 + model.length
  for (const { identity } of caches) bytes += 80 + identity.length
  return bytes
}
