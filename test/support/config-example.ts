import { parseConfig } from '../../src/config/parse-config.ts'
import { ConfigError } from '../../src/errors.ts'

/** A configuration with two providers, two models and two routers. */
export const exampleConfig = `version: 1                       # a file without it is read as upstream's
server: { host: 127.0.0.1, port: 6061 }
providers:
  openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1/, apiKeyEnv: OPENAI_API_KEY }
  local:  { kind: openai-compatible, baseUrl: http://127.0.0.1:11434/v1 }
models:
  strong: { provider: openai, upstream: gpt-5, inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10 }
  weak:   { provider: local, upstream: llama3.1 }
routers:
  mf: {}
  mine: { artifact: ./my-router }
policy: { kind: pair, strong: strong, weak: weak }
auto: { router: mine, threshold: 0.35 }
`

/** The message of the error that a configuration gives. */
export function configErrorMessage(text: string): string {
  try {
    parseConfig(text, 'routellm.yaml')
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no error'
}

/** The example with one line replaced. */
export function altered(line: number, text: string): string {
  return exampleConfig
    .split('\n')
    .map((old, index) => (index === line - 1 ? text : old))
    .join('\n')
}
