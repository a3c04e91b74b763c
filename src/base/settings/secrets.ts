import { z } from 'zod'

/** The name of an environment variable. */
export const environmentName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'takes the name of an environment variable such as OPENAI_API_KEY, never the key',
  )

/** Whether a text has the form of a provider's key rather than of a name. */
export function looksLikeKey(text: string): boolean {
  return /^(Bearer\s|sk-|pk-|rk-|hf_|gsk_|xai-|rllm-|AIza|ghp_)/.test(text)
}

/** The message about a key in a setting that takes the name of its variable. */
export const keyInsteadOfName =
  'takes the name of an environment variable such as OPENAI_API_KEY, never the key'

/** The message about a key in the configuration file. */
export const keyInFile =
  'keys are never in this file; put the key in an environment variable and name it in apiKeyEnv'
