/** The number of the colour of each model, by how often it answers: those that are seen most differ most. */
export function findModelColours(models: readonly (string | null)[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const model of models) if (model !== null) counts.set(model, (counts.get(model) ?? 0) + 1)
  const names = [...counts].toSorted(([, one], [, other]) => other - one).map(([name]) => name)
  return new Map(names.map((name, index) => [name, index]))
}
