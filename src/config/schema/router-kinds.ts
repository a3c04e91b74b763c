/** The kinds of the router registry, which config may not import; a test holds the two together. */
export const routerKinds = [
  'mf',
  'random',
  'length',
  'rules',
  'sw_ranking',
  'knn',
  'cluster',
  'few_label',
  'bert',
  'causal_llm',
] as const

/** Kinds that are nothing without the artifact that training writes. */
export const trainedKinds: readonly string[] = ['sw_ranking', 'knn', 'cluster', 'few_label']

export type RouterKind = (typeof routerKinds)[number]

export function isRouterKind(name: string): name is RouterKind {
  return routerKinds.some((kind) => kind === name)
}
