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

/** What a configuration says about a key that stands where its variable's name belongs. */
export const keyInsteadOfName =
  'takes the name of an environment variable such as OPENAI_API_KEY, never the key'

/** What a configuration says about a key that stands in the file. */
export const keyInFile =
  'keys are never in this file; put the key in an environment variable and name it in apiKeyEnv'
