/** Battles between models, column by column; battle i is the i-th entry of each. */
export type BattleColumns = {
  /** Indices into a list of model names. */
  readonly modelA: Int32Array
  readonly modelB: Int32Array
  /** One of `battleOutcomes` by its index. */
  readonly outcomes: Uint8Array
  /** Row of the prompt that the battle was fought over. */
  readonly prompts: Int32Array
  /** How often the battle counts; 1 for an ordinary one, never negative. */
  readonly weights: Float32Array
}

export const battleOutcomes = ['model_a', 'model_b', 'tie'] as const
