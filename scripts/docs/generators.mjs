// Everything in the repository that is generated from code or from measurements, and what generates it.

import { wings } from '../layers/wings.mjs'
import { clientsMarkdown } from './clients.mjs'
import { commandLineMarkdown } from './command-line.mjs'
import { firstExamplesMarkdown } from './decisions.mjs'
import { errorsMarkdown } from './errors.mjs'
import { layersMarkdown } from './layers.mjs'
import { logFormatsMarkdown } from './log-formats.mjs'
import { cascadeMarkdown } from './measured/cascade/tables.mjs'
import { clusterJoinMarkdown } from './measured/cluster-join.mjs'
import {
  driftMarkdown,
  experimentsMarkdown,
  offPolicyMarkdown,
  promotionsMarkdown,
} from './measured/evidence/tables.mjs'
import { guaranteeMarkdown } from './measured/guarantee.mjs'
import { monthsPicture } from './measured/loop/plot.mjs'
import { attacksMarkdown, monthPromotionsMarkdown, monthsMarkdown } from './measured/loop/tables.mjs'
import { ownLabelsMarkdown } from './measured/own-labels.mjs'
import { performanceMarkdown, tokenEstimateMarkdown } from './measured/performance.mjs'
import { banditMarkdown } from './measured/policies/bandit.mjs'
import { policiesMarkdown, policiesPicture } from './measured/policies/comparison.mjs'
import { poolMarkdown } from './measured/policies/pool.mjs'
import { sessionsMarkdown } from './measured/policies/sessions.mjs'
import { followUpsMarkdown } from './measured/prompts/follow-ups.mjs'
import { pseudoDomainsMarkdown } from './measured/pseudo-domains.mjs'
import { overviewMarkdown, resultsMarkdown } from './measured/results.mjs'
import { labelsMarkdown, targetsMarkdown } from './measured/targets.mjs'
import { bertHeadMarkdown, transformerSpeedMarkdown } from './measured/transformers.mjs'
import { twelvePromptsMarkdown } from './measured/twelve-prompts.mjs'
import {
  builtinQualityMarkdown,
  everydayOverviewMarkdown,
  routerSpeedMarkdown,
  withoutLabelsMarkdown,
} from './measured/without-labels.mjs'
import { lossesMarkdown, presetsMarkdown } from './protocols.mjs'
import { pictureList } from './screenshots/picture-list.mjs'
import { stragglersMarkdown } from './stragglers.mjs'

/**
 * @typedef {{
 *   readonly load: (path: string) => Promise<any>
 *   readonly results: (name: string) => any
 *   readonly golden: (name: string) => any
 * }} Sources `load`: a module of src/ by its path without an ending, such as `cli/reference`; `results`: the contents of
 *   benchmarks/results/<name>.json; `golden`: those of test/golden/<name>.json
 *
 * @typedef {{
 *   readonly file: string
 *   readonly region?: string
 *   readonly text: (sources: Sources) => string | Promise<string>
 * }} Generator `file`: path from the project's folder; `region`: name of the part of the file that `text` fills.
 *   Default: the whole file.
 */

const measuredForTargets = [
  'evaluation',
  'builtin-quality',
  'everyday',
  'own-labels',
  'pseudo-domains',
  'pseudo-domains-before',
  'guarantee',
  'router-speed',
  'mf-training',
  'audit',
  'transformers',
]

/** @type {readonly Generator[]} */
export const generators = [
  { file: 'docs/cli.md', region: 'command line', text: commandLineMarkdown },
  { file: 'docs/page.md', region: 'pictures', text: pictureList },
  {
    file: 'docs/configuration.md',
    region: 'configuration keys',
    text: async ({ load }) => (await load('config/schema/reference-table')).configurationTable(),
  },
  {
    file: 'routellm.schema.json',
    text: async ({ load }) =>
      `${JSON.stringify((await load('config/schema/json-schema')).configJsonSchema(), null, 2)}\n`,
  },
  {
    file: 'routellm.keys.schema.json',
    text: async ({ load }) =>
      `${JSON.stringify((await load('config/key-file/key-file-schema')).keyFileJsonSchema(), null, 2)}\n`,
  },
  {
    file: 'docs/errors.md',
    region: 'error codes',
    text: async ({ load }) => errorsMarkdown(await load('error-codes')),
  },
  {
    file: 'docs/operations.md',
    region: 'metrics',
    text: async ({ load }) => (await load('server/operations/metrics/reference-table')).metricsTable(),
  },
  {
    file: 'docs/formats.md',
    region: 'request logs',
    text: async ({ load }) => logFormatsMarkdown((await load('learning/formats/logs/formats')).logFormats),
  },
  {
    file: 'docs/formats.md',
    region: 'labels and prompts',
    text: async ({ load }) => (await load('learning/formats/reference-table')).labelFormatsTable(),
  },
  {
    file: 'docs/protocols.md',
    region: 'losses',
    text: async ({ load }) => lossesMarkdown((await load('gateway/protocols/forms')).commonForms),
  },
  {
    file: 'docs/clients.md',
    region: 'clients',
    text: ({ golden }) => clientsMarkdown(golden('clients/sdks'), 'n'),
  },
  {
    file: 'docs/clients.md',
    region: 'agents',
    text: ({ golden }) => clientsMarkdown(golden('clients/agents'), 'a'),
  },
  {
    file: 'docs/providers.md',
    region: 'presets',
    text: async ({ load }) => presetsMarkdown((await load('providers/openai-compatible/presets')).presets),
  },
  { file: 'ARCHITECTURE.md', region: 'layers', text: () => layersMarkdown(wings) },
  { file: 'README.md', region: 'first decisions', text: ({ load }) => firstExamplesMarkdown(load) },
  {
    file: 'README.md',
    region: 'everyday prompts',
    text: ({ results }) => everydayOverviewMarkdown(results('everyday')),
  },
  { file: 'README.md', region: 'results', text: ({ results }) => overviewMarkdown(results('evaluation')) },
  {
    file: 'docs/evaluation.md',
    region: 'results',
    text: async ({ load, results }) => {
      const { reportMarkdown } = await load('learning/evaluation/reports/report-table')
      return resultsMarkdown(results('evaluation'), reportMarkdown)
    },
  },
  {
    file: 'docs/performance.md',
    region: 'speed',
    text: ({ results }) => performanceMarkdown(results('speed')),
  },
  {
    file: 'docs/performance.md',
    region: 'tokens',
    text: ({ results }) => tokenEstimateMarkdown(results('token-estimate')),
  },
  {
    file: 'docs/cascade.md',
    region: 'measured',
    text: ({ results }) => cascadeMarkdown(results('cascade')),
  },
  {
    file: 'docs/performance.md',
    region: 'late streams',
    text: ({ results }) => stragglersMarkdown(results('stragglers')),
  },
  {
    file: 'docs/prompts.md',
    region: 'follow-ups',
    text: ({ results }) => followUpsMarkdown(results('follow-ups').rows),
  },
  {
    file: 'docs/prompts.md',
    region: 'follow-ups-second',
    text: ({ results }) => followUpsMarkdown(results('follow-ups').rowsOfSecond),
  },

  {
    file: 'docs/prompts.md',
    region: 'follow-ups-third',
    text: ({ results }) => followUpsMarkdown(results('follow-ups').rowsOfThird),
  },
  {
    file: 'docs/calibration.md',
    region: 'guarantee',
    text: ({ results }) => guaranteeMarkdown(results('guarantee')),
  },
  {
    file: 'docs/evidence.md',
    region: 'off-policy',
    text: ({ results }) => offPolicyMarkdown(results('evidence')),
  },
  {
    file: 'docs/evidence.md',
    region: 'experiments',
    text: ({ results }) => experimentsMarkdown(results('evidence')),
  },
  {
    file: 'docs/evidence.md',
    region: 'promotions',
    text: ({ results }) => promotionsMarkdown(results('evidence')),
  },
  { file: 'docs/evidence.md', region: 'drift', text: ({ results }) => driftMarkdown(results('evidence')) },
  { file: 'docs/loop.md', region: 'months', text: ({ results }) => monthsMarkdown(results('loop')) },
  {
    file: 'docs/loop.md',
    region: 'month promotions',
    text: ({ results }) => monthPromotionsMarkdown(results('loop')),
  },
  { file: 'docs/loop.md', region: 'attacks', text: ({ results }) => attacksMarkdown(results('loop')) },
  {
    file: 'docs/images/loop.svg',
    text: async ({ load, results }) =>
      monthsPicture(results('loop'), (await load('charts/chart-file')).drawChartFile),
  },
  {
    file: 'docs/sessions.md',
    region: 'sessions',
    text: ({ results }) => sessionsMarkdown(results('sessions')),
  },
  {
    file: 'docs/routers/few_label.md',
    region: 'many models',
    text: ({ results }) => poolMarkdown(results('pool')),
  },
  { file: 'docs/policies.md', region: 'bandit', text: ({ results }) => banditMarkdown(results('bandit')) },
  {
    file: 'docs/policies.md',
    region: 'policies',
    text: ({ results }) => policiesMarkdown(results('policies')),
  },
  {
    file: 'docs/images/policies.svg',
    text: async ({ load, results }) =>
      policiesPicture(
        results('policies'),
        (await load('learning/evaluation/reports/cost-quality-svg')).costQualitySvg,
      ),
  },
  {
    file: 'docs/training.md',
    region: 'labels of your own',
    text: ({ results }) => ownLabelsMarkdown(results('own-labels')),
  },
  {
    file: 'docs/training.md',
    region: 'pseudo-domains',
    text: ({ results }) => pseudoDomainsMarkdown(results('pseudo-domains'), results('pseudo-domains-before')),
  },
  {
    file: 'docs/routers/cluster.md',
    region: 'joining models',
    text: ({ results }) => clusterJoinMarkdown(results('cluster-join')),
  },
  {
    file: 'docs/routers/bert.md',
    region: 'trained head',
    text: ({ results }) => bertHeadMarkdown(results('bert-head')),
  },
  {
    file: 'docs/routers/bert.md',
    region: 'speed',
    text: ({ results }) => transformerSpeedMarkdown(results('transformers')),
  },
  {
    file: 'docs/routers/README.md',
    region: 'without labels',
    text: ({ results }) => withoutLabelsMarkdown(results('everyday'), results('builtin-quality')),
  },
  {
    file: 'docs/routers/README.md',
    region: 'benchmarks',
    text: ({ results }) => builtinQualityMarkdown(results('builtin-quality')),
  },
  {
    file: 'docs/routers/README.md',
    region: 'twelve prompts',
    text: ({ load, results }) =>
      twelvePromptsMarkdown(load, results('other-routers'), results('old-default')),
  },
  {
    file: 'docs/routers/README.md',
    region: 'with labels',
    text: ({ results }) =>
      labelsMarkdown(Object.fromEntries(measuredForTargets.map((name) => [name, results(name)]))),
  },
  {
    file: 'docs/routers/README.md',
    region: 'times',
    text: ({ results }) => routerSpeedMarkdown(results('router-speed')),
  },
  {
    file: 'docs/targets.md',
    region: 'targets',
    text: ({ results }) =>
      targetsMarkdown(Object.fromEntries(measuredForTargets.map((name) => [name, results(name)]))),
  },
]
