import type { SessionTurn } from '../../../../src/server/admin/api/sessions/routes.ts'

/** Prompt caches live so long after a turn: after more a dashed line is drawn. */
const cacheLifeMs = 300_000

/** `efforts`: those that its turns were sent with, in their order. */
export type Lane = { readonly model: string | null; readonly efforts: readonly string[] }

/** A lane for each model, in the order in which they first answered; one for turns without a model comes last. */
export function findLanes(turns: readonly SessionTurn[]): readonly Lane[] {
  const efforts = new Map<string, Set<string>>()
  for (const { model, effort } of turns) {
    if (model === null) continue
    const ofModel = efforts.get(model) ?? new Set()
    efforts.set(model, effort === null ? ofModel : ofModel.add(effort))
  }
  const lanes: Lane[] = [...efforts].map(([model, found]) => ({ model, efforts: [...found] }))
  return turns.some(({ model }) => model === null) ? [...lanes, { model: null, efforts: [] }] : lanes
}

/** The part of the prompt that came from a cache; 0 if it is not known. */
export function findCachedShare({ tokens }: SessionTurn): number {
  return tokens === null || tokens.input === 0 ? 0 : Math.min(1, tokens.cachedInput / tokens.input)
}

/** Whether caches have expired since the turn before. */
export function isAfterIdle(turns: readonly SessionTurn[], index: number): boolean {
  const [turn, before] = [turns[index], turns[index - 1]]
  return turn !== undefined && before !== undefined && turn.time - before.time > cacheLifeMs
}

/** Pixels of a turn: all of them fit if they can, and none is too narrow to be seen. */
export function findTurnWidth(turns: number, width: number): number {
  return Math.max(9, Math.min(26, Math.floor(width / Math.max(1, turns))))
}
