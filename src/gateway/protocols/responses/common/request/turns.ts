import type { Turn } from '../../../common/common-request.ts'
import type { OpaqueState, Part } from '../../../common/parts.ts'

/**
 * Makes turns of items: those of one role in a row are one turn. State of a call that came in an item of its own goes back to
 * its call, wherever in the turn that is.
 */
export function createTurns() {
  const turns: Turn[] = []
  let role: Turn['role'] | null = null
  let parts: Part[] = []
  let states = new Map<string, OpaqueState>()

  function finishTurn(): void {
    if (role !== null && parts.length > 0)
      turns.push({ role, parts: states.size === 0 ? parts : parts.map(withState) })
    parts = []
    states = new Map()
  }

  function withState(part: Part): Part {
    const state = part.kind === 'tool-call' ? states.get(part.id) : undefined
    return part.kind === 'tool-call' && state !== undefined ? { ...part, state } : part
  }

  function begin(next: Turn['role']): void {
    if (next !== role) finishTurn()
    role = next
  }

  return {
    add(next: Turn['role'], added: readonly Part[]): void {
      if (added.length === 0) return
      begin(next)
      for (const part of added) parts.push(part)
    },
    addCallState(callId: string, state: OpaqueState): void {
      begin('assistant')
      states.set(callId, state)
    },
    get isEmpty(): boolean {
      return turns.length === 0 && parts.length === 0
    },
    end(): readonly Turn[] {
      finishTurn()
      return turns
    },
  }
}
