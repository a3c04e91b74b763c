import type { AlertsConfig, Config } from '../../../../config/config.ts'
import type { Ledger } from '../../../../gateway/accounts/ledger.ts'
import { createBaselines } from '../../../../gateway/savings/baselines.ts'
import { findPricedModels } from '../../../../gateway/savings/priced-models.ts'
import { createSavingBasis, type SavingBasis } from '../../../../gateway/savings/saving-basis.ts'
import { findProviderKind } from '../../../../providers/registry.ts'
import type { Model } from '../../../../routing/catalogue/model.ts'
import type { ServerLog } from '../../../../server/inference/exchange-context.ts'
import type { RaiseAlert } from '../../../../server/operations/alerts/alert.ts'
import { createAlerts } from '../../../../server/operations/alerts/alerts.ts'
import { createBudgetRule } from '../../../../server/operations/alerts/rules/budgets.ts'
import { createCertificateRule } from '../../../../server/operations/alerts/rules/certificates.ts'
import { createErrorRateRule } from '../../../../server/operations/alerts/rules/error-rate.ts'
import type { WebhookTarget } from '../../../../server/operations/alerts/webhook.ts'
import type { CustomMetrics } from '../../../../server/operations/metrics/custom/custom-metrics.ts'
import { createExperimentMetrics } from '../../../../server/operations/metrics/sources/experiment-metrics.ts'
import { createLabelMetrics } from '../../../../server/operations/metrics/sources/label-metrics.ts'
import { createPolicyMetrics } from '../../../../server/operations/metrics/sources/policy-metrics.ts'
import { createSavingsMetrics } from '../../../../server/operations/metrics/sources/savings-metrics.ts'
import { createStoreMetrics } from '../../../../server/operations/metrics/sources/store-metrics.ts'
import type { DescribeModel } from '../../../../server/operations/tracing/request-spans.ts'
import type { ServerOptions } from '../../../../server/server-options.ts'
import type { StoreReader } from '../../../../store/reader/store-reader.ts'
import type { Store } from '../../../../store/store.ts'
import type { Certificates } from './certificates.ts'
import { createStoreWatch } from './store-watch.ts'

/** What a server tells those who run it: metrics and alerts. */
export type Operations = {
  readonly server: Required<Pick<ServerOptions, 'metrics' | 'observers'>>
  /** Tells the receivers of the configuration. */
  readonly raise: RaiseAlert
  /** What a model of the configuration is called at its provider. */
  readonly describeModel: DescribeModel
  /** The configuration that is served from now on. */
  configure(config: Config, variables: Variables): Promise<void>
  /** Ends within seconds. Never rejects. */
  close(): Promise<void>
  /** With the prices of the configuration that is served. @throws InvalidRequestError for a baseline that is no model. */
  createSavingBasis(baseline: string | undefined): SavingBasis
}

export type OperationsParts = {
  /** Null: nothing is kept. */
  readonly store: Store | null
  readonly reader: StoreReader | null
  readonly ledger: Ledger
  readonly log: ServerLog
  /** The certificates of what is in service now. */
  readonly certificates: Pick<Certificates, 'statuses' | 'figures'>
  /** The user's own metrics; null: there are none. */
  readonly custom: CustomMetrics | null
  /** How often the rules of alerts are asked. Default: 10 s. */
  readonly checkEveryMs?: number
}

type Variables = Readonly<Record<string, string | undefined>>

export function createOperations(parts: OperationsParts): Operations {
  const { store, reader, ledger, log, certificates, custom, checkEveryMs = 10_000 } = parts
  let served: Config | null = null
  let priced: { readonly config: Config; readonly models: readonly Model[] } | null = null
  const savings = createSavingsMetrics()
  const alerts = createAlerts({ log, now: Date.now })
  const errors = createErrorRateRule(() => served?.alerts?.errorRate ?? noLimit, Date.now)
  const budgets = createBudgetRule(
    () => ({
      keys: served?.server.keys ?? [],
      limits: served?.server.limits ?? { pacing: false },
      percents: served?.alerts?.budgetPercents ?? [],
    }),
    ledger,
    Date.now,
  )
  const certified = createCertificateRule()
  const watch = reader === null ? null : createStoreWatch(reader, alerts.raise, Date.now)
  let checks = 0
  const timer = setInterval(() => {
    if (served === null) return
    if (checks++ % checksOfLook === 0) void watch?.look(served)
    if (served.alerts === null) return
    const changed = certified.check(certificates.statuses(), served.alerts.certificateDays)
    for (const alert of [errors.check(), ...budgets.check(), ...changed])
      if (alert !== null) alerts.raise(alert)
  }, checkEveryMs).unref()

  return {
    server: {
      metrics: [
        ...savings.metrics,
        ...alerts.metrics,
        ...createPolicyMetrics(() => watch?.addQualities(certificates.figures()) ?? certificates.figures()),
        ...(watch === null
          ? []
          : [...createExperimentMetrics(watch.experiments), ...createLabelMetrics(watch.labels)]),
        ...(store === null ? [] : createStoreMetrics(() => store.state)),
        ...(custom?.metrics ?? []),
      ],
      observers: [
        savings.observe,
        (record) => {
          if (served !== null && served.alerts !== null) errors.observe(record)
        },
        // The last one, so that what it does to the record changes nothing else.
        ...(custom === null ? [] : [custom.observe]),
      ],
    },
    raise: alerts.raise,
    describeModel(name) {
      const model = served?.models.find((each) => each.name === name)
      // A model that is not configured is called by `provider/upstream name`.
      const provider = model?.provider ?? name.slice(0, Math.max(0, name.indexOf('/')))
      const config = served?.providers.find((each) => each.name === provider)
      const known = config === undefined ? undefined : findProviderKind(config.kind).genAiProvider?.(config)
      return { provider: known ?? provider, upstream: model?.upstream ?? name.slice(name.indexOf('/') + 1) }
    },
    async configure(config, variables) {
      const models = await findPricedModels(config, new Date())
      priced = { config, models }
      savings.configure(createBaselines(config, { models }))
      alerts.configure(toTargets(config.alerts, variables))
      served = config
    },
    close() {
      clearInterval(timer)
      return alerts.close()
    },
    createSavingBasis(baseline) {
      if (priced === null) throw new Error('the operations are not configured')
      return createSavingBasis(priced.config, priced.models, baseline)
    },
  }
}

/** The store is looked at every so many checks: once a minute, the first time after ten seconds. */
const checksOfLook = 6
const noLimit = { above: 1, minutes: 5, leastRequests: 1 }

/** The webhooks with their secrets, which were found in the environment when the configuration was read. */
function toTargets(alerts: AlertsConfig | null, variables: Variables): readonly WebhookTarget[] {
  return (alerts?.webhooks ?? []).map(({ url, secretEnv, events }) => ({
    url,
    events,
    secret: secretEnv === undefined ? null : (variables[secretEnv] ?? null),
  }))
}
