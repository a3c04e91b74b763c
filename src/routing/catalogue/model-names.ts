/**
 * A model's name without the parts that do not change its price: the provider before the last slash, a cloud's prefix,
 * and the release date. `openai/gpt-4o-2024-08-06` and `gpt-4o` are one model; `gpt-4o-mini` is another.
 */
export function plainModelName(name: string): string {
  return removeProvider(name).replace(/(?:-latest|[-@]\d{4}-?\d\d-?\d\d)(?:-v\d+(?::\d+)?)?$/, '')
}

/**
 * The provider's own name of a model: `gpt-4o` of `azure/gpt-4o`, `claude-3-haiku-20240307-v1:0` of
 * `us.anthropic.claude-3-haiku-20240307-v1:0`.
 */
export function removeProvider(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1).trim()
  return last
    .replace(
      /^(?:[a-z]{2,6}(?:-gov)?\.)?(?:anthropic|amazon|meta|mistral|cohere|google|openai|deepseek|ai21|qwen|writer)\./,
      '',
    )
    .toLowerCase()
}

export function isSameModel(one: string, other: string): boolean {
  return plainModelName(one) === plainModelName(other)
}
