import { useMemo } from 'preact/hooks'
import { seriesClass } from '../../src/charts/series-class.ts'
import type { NamesAnswer } from '../../src/server/admin/api/overview.ts'
import { useResource } from '../api/use-resource.ts'

/** The class of the colour of each model; a request without a model has a neutral one. */
export type ModelColours = (model: string | null) => string

/** Colours that models have; the next one is that of all others. */
const most = 7
/** Of all requests that are kept. */
const wholeTime = '/names?from=0&to=8640000000000000'

/**
 * The colours of models, the same in every view: the place of the name among all that are kept. A shown model beyond the seventh name
 * takes a colour that no other shown one has.
 */
export function useModelColours(shown: readonly (string | null)[]): ModelColours {
  const known = useKnownModels()
  // Of the same models it stays the same, so that what is drawn with it does too.
  return useMemo(() => findModelColours(known, shown), [known, JSON.stringify(shown)])
}

const none: readonly string[] = []

/** The models of all requests that are kept; none while they are not known. A view that draws later asks for them early. */
export function useKnownModels(): readonly string[] {
  return useResource<NamesAnswer>(wholeTime).data?.models ?? none
}

export function findModelColours(known: readonly string[], shown: readonly (string | null)[]): ModelColours {
  const colours = new Map(
    findNames(known)
      .slice(0, most)
      .map((name, index) => [name, index]),
  )
  const names = findNames(shown)
  const taken = new Set(names.map((name) => colours.get(name)))
  const free = [...Array(most).keys()].filter((colour) => !taken.has(colour))
  for (const name of names) if (!colours.has(name)) colours.set(name, free.shift() ?? most)
  return (model) => (model === null || model === '' ? 'series-none' : seriesClass(colours.get(model) ?? most))
}

/** In the order of the names. An empty one is none. */
export function findNames(models: readonly (string | null)[]): readonly string[] {
  return [...new Set(models)].filter((model): model is string => model !== null && model !== '').sort()
}
