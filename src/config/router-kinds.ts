/** The kinds of the router registry, which config may not import; a test holds the two together. */
export const routerKinds = ['mf', 'random', 'length'] as const

export type RouterKind = (typeof routerKinds)[number]

export function isRouterKind(name: string): name is RouterKind {
  return routerKinds.some((kind) => kind === name)
}
