import { ConfigError } from '../../errors.ts'

/**
 * Checks that what a program gives as a model is one of its framework.
 *
 * @param methods that every model of the framework has.
 * @param example a model, as its framework writes it.
 * @throws ConfigError `not-a-model`.
 */
export function requireModel(
  role: 'strong' | 'weak',
  model: unknown,
  methods: readonly string[],
  example: string,
): void {
  const isModel =
    typeof model === 'object' &&
    model !== null &&
    methods.every((name) => typeof Reflect.get(model, name) === 'function')
  if (isModel) return
  const given = typeof model === 'string' ? JSON.stringify(model.slice(0, 80)) : typeof model
  throw new ConfigError('not-a-model', `${role} is ${given}; give a model, such as ${example}`, {
    param: role,
  })
}
