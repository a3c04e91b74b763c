export const modelNames = ['large', 'medium', 'small'] as const
export type ModelName = (typeof modelNames)[number]

export function isModel(name: string): name is ModelName {
  return (modelNames as readonly string[]).includes(name)
}
