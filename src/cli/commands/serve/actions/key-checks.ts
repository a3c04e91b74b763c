import { z } from 'zod'
import type { ClientKey, Config } from '../../../../config/config.ts'
import { findKeyProblems, serverProblems } from '../../../../config/cross-check.ts'
import { keyFieldTitles } from '../../../../config/key-fields/key-field-title.ts'
import { keyLimitNames, parseKeyLimit } from '../../../../config/key-fields/key-limit.ts'
import { findKeyNameProblem } from '../../../../config/key-fields/key-name.ts'
import type { KeyFile } from '../../../../config/key-file/key-file.ts'
import { type Problem, problemsOfIssues } from '../../../../config/problems.ts'
import { keySchema } from '../../../../config/schema/keys-schema.ts'
import { InvalidRequestError, RouteLLMError } from '../../../../errors.ts'

const settingsSchema = z.strictObject({ ...keySchema.shape, name: z.string() })

/** @throws InvalidRequestError `bad-request` for a name that no key can have, `key-exists` (409) for one that is taken. */
export function checkNewName(name: string, { server }: Config, file: KeyFile): void {
  const problem = findKeyNameProblem(name)
  if (problem !== null) throw refuse([{ path: ['name'], message: problem }])
  if ([...server.keys, ...file.keys].some((key) => key.name === name))
    throw new InvalidRequestError(
      'key-exists',
      `There is a key "${name}" already. Choose another name, or change that key.`,
      {
        status: 409,
        param: 'name',
      },
    )
}

/**
 * The key that these settings describe.
 *
 * @throws InvalidRequestError `bad-request` with all that is wrong, and the first setting as `param`.
 */
export function parseKeySettings(settings: Readonly<Record<string, unknown>>, config: Config): ClientKey {
  const parsed = settingsSchema.safeParse(settings)
  if (!parsed.success)
    throw refuse(
      problemsOfIssues(parsed.error.issues, settings, settingsSchema).map((problem) =>
        explainLimit(problem, settings),
      ),
    )
  const problems = findKeyProblems(config, [parsed.data])
  if (problems.length > 0)
    throw refuse(problems.map(({ path, message }) => ({ path: path.slice(2), message })))
  return parsed.data
}

/** @throws RouteLLMError `unknown-key` (404); `keys-fixed` (409) for a key of the configuration. */
export function findOwn(
  name: string,
  { server, keyFile, source }: Config,
  { keys, file }: KeyFile,
): ClientKey {
  const key = keys.find((each) => each.name === name)
  if (key !== undefined && keyFile?.shadowed.includes(name) !== true) return key
  if (key === undefined && !server.keys.some((each) => each.name === name))
    throw new RouteLLMError('unknown-key', `There is no key "${name}".`, { status: 404, param: 'name' })
  throw new RouteLLMError(
    'keys-fixed',
    `The key "${name}" is written in ${source}, and is changed there. To change it here, move its entry to ${file}.`,
    { status: 409, param: 'name' },
  )
}

/** @throws RouteLLMError `keys-fixed` (409) if the configuration would be wrong without the key. */
export function checkRevocable(name: string, { learn, source }: Config): void {
  if (!learn.trustedKeys.includes(name)) return
  throw new RouteLLMError(
    'keys-fixed',
    `learn.trustedKeys of ${source} names the key "${name}", and a server does not start with a name that is no key. Remove it there first.`,
    { status: 409, param: 'name' },
  )
}

/** @throws RouteLLMError `client-keys-required` (409) if others could reach the server without a key. */
export function checkServed(config: Config): void {
  const [problem] = serverProblems(config)
  if (problem === undefined) return
  throw new RouteLLMError(
    'client-keys-required',
    `Others can reach this server, so the last key cannot be revoked: make another one first. ${problem.message}`,
    { status: 409, param: 'name' },
  )
}

/** In the words of the form, which also show the value: `tokens` in a name has it hidden elsewhere. */
function explainLimit(problem: Problem, settings: Readonly<Record<string, unknown>>): Problem {
  const name = keyLimitNames.find((each) => each === problem.path[0])
  if (name === undefined) return problem
  const parsed = parseKeyLimit(name, String(settings[name]))
  return parsed.kind === 'problem' ? { path: problem.path, message: parsed.problem } : problem
}

function refuse(problems: readonly Problem[]): InvalidRequestError {
  const lines = problems.map(({ path, message }) => {
    const title = Object.entries(keyFieldTitles).find(([name]) => name === path[0])?.[1]
    return title === undefined ? [path.join('.'), message].filter(Boolean).join(': ') : `${title}: ${message}`
  })
  const param = problems[0]?.path[0]
  return new InvalidRequestError('bad-request', `${[...new Set(lines)].join('. ')}.`, {
    ...(param !== undefined && { param: String(param) }),
  })
}
