import { toDisplayText } from '../../../base/text/display.ts'

/** A prompt to show: one line, cut if it is long. */
export type ExamplePrompt = { readonly prompt: string; readonly strongWinRate: number }

export type ExamplePrompts = {
  add(prompt: string, strongWinRate: number): void
  /** The prompts with the lowest and the highest win rates, without repetitions. */
  readonly simplest: readonly ExamplePrompt[]
  readonly hardest: readonly ExamplePrompt[]
}

const shownCharacters = 240

/** Keeps the `count` simplest and the `count` hardest different prompts of a stream. */
export function createExamplePrompts(count: number): ExamplePrompts {
  const simplest: ExamplePrompt[] = []
  const hardest: ExamplePrompt[] = []
  return {
    add(prompt, strongWinRate) {
      insert(simplest, prompt, strongWinRate, count, (a, b) => a - b)
      insert(hardest, prompt, strongWinRate, count, (a, b) => b - a)
    },
    simplest,
    hardest,
  }
}

function insert(
  list: ExamplePrompt[],
  prompt: string,
  strongWinRate: number,
  count: number,
  order: (a: number, b: number) => number,
): void {
  const last = list.at(-1)?.strongWinRate
  if (list.length >= count && (last === undefined || order(strongWinRate, last) >= 0)) return
  const shown = toDisplayText(prompt, shownCharacters)
  if (list.some((other) => other.prompt === shown)) return
  list.push({ prompt: shown, strongWinRate })
  list.sort((a, b) => order(a.strongWinRate, b.strongWinRate))
  list.length = Math.min(list.length, count)
}
