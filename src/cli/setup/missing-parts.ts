import { existsSync } from 'node:fs'
import { isPath } from '../../base/settings/path.ts'
import type { SettingProblem } from '../../base/settings/problem.ts'
import type { Config } from '../../config/config.ts'
import { findMissingProviderKeys, missingKeyAdvice } from '../../providers/provider-keys.ts'
import { routerKeyVariables } from '../../routing/routers/registry.ts'
import type { RouterKind } from '../../routing/routers/router-kind.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** The folders of routers that a configuration names and that are not there. */
export function findMissingFiles({ routers }: Config): SettingProblem[] {
  return routers.flatMap(({ name, artifact, checkpoint }) => {
    const path = ['routers', name]
    const problems: SettingProblem[] = []
    if (artifact !== undefined && !existsSync(artifact))
      problems.push({
        path: [...path, 'artifact'],
        message: `there is no folder ${artifact}; \`routellm train\` writes one`,
      })
    if (isPath(checkpoint) && !existsSync(checkpoint))
      problems.push({ path: [...path, 'checkpoint'], message: `there is no folder ${checkpoint}` })
    return problems
  })
}

/** The keys that a server of this configuration needs and that are not in the environment. */
export function findMissingKeys(
  { providers, models, routers, server, alerts }: Config,
  variables: Variables,
  kinds?: readonly RouterKind[],
): SettingProblem[] {
  const isMissing = (variable: string) => (variables[variable] ?? '') === ''
  const ofProviders = findMissingProviderKeys(
    { providers, models, server },
    (variable) => !isMissing(variable),
  ).map((missing) => ({
    path: [...missing.path],
    message: `the environment variable ${missing.variable} is not set; ${missingKeyAdvice(missing)}`,
  }))
  const ofRouters = routers.flatMap((router) =>
    routerKeyVariables(router, kinds)
      .filter(isMissing)
      .map((variable) => ({
        path: ['routers', router.name, 'apiKeyEnv'],
        message: `the environment variable ${variable} is not set; set it, or give the baseUrl of an endpoint that needs no key`,
      })),
  )
  const ofWebhooks = (alerts?.webhooks ?? []).flatMap(({ secretEnv }, index) =>
    secretEnv !== undefined && isMissing(secretEnv)
      ? [
          {
            path: ['alerts', 'webhooks', index, 'secretEnv'],
            message: `the environment variable ${secretEnv} is not set; set it to the secret that the receiver checks signatures with`,
          },
        ]
      : [],
  )
  return [...ofProviders, ...ofRouters, ...ofWebhooks]
}
