// The layer table of ARCHITECTURE.md: which folder of src/ may import which. scripts/check-layers.mjs checks it.

const base = ['base']
const routing = [...base, 'providers', 'routing']
const gatewayRooms = [...routing, 'config', 'gateway']
const formats = [...base, 'routing/prompts', 'learning/formats']
const rows = [...formats, 'routing/catalogue', 'learning/rows']
const datasets = [...rows, 'learning/labels/checkers', 'learning/datasets']
const evaluation = [...rows, 'charts', 'routing', 'learning/evaluation']

/**
 * Folder of src/ → the folders that its files may import; `*` allows all. The longest row that a file's path begins with
 * is its row. A new folder directly below src/ needs a row.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const wings = {
  'base/math': ['base/math'],
  'base/text': ['base/math', 'base/text'],
  'base/concurrency': ['base/concurrency'],
  'base/settings': ['base/settings'],
  'base/http': ['base/settings', 'base/http'],
  'base/files': ['base/concurrency', 'base/http', 'base/files'],
  'base/artifact': ['base/math', 'base/files', 'base/artifact'],
  charts: ['base/text', 'charts'],
  providers: [...base, 'providers'],
  'routing/catalogue': [...base, 'routing/catalogue'],
  'routing/prompts': [...base, 'routing/prompts'],
  'routing/onnx': [...base, 'routing/onnx'],
  'routing/embedding': [...base, 'providers', 'routing/onnx', 'routing/embedding'],
  'routing/tasks': [...base, 'routing/embedding', 'routing/tasks'],
  'routing/follow-ups': [...base, 'routing/prompts', 'routing/embedding', 'routing/follow-ups'],
  'routing/calibration': [...base, 'routing/calibration'],
  'routing/certificate': [...base, 'routing/certificate'],
  'routing/routers': [
    ...base,
    'providers',
    'routing/prompts',
    'routing/onnx',
    'routing/embedding',
    'routing/calibration',
    'routing/routers',
  ],
  'routing/verifiers': [
    ...base,
    'routing/catalogue',
    'routing/prompts',
    'routing/embedding',
    'routing/calibration',
    'routing/routers',
    'routing/verifiers',
  ],
  'routing/policies': [
    ...base,
    'routing/catalogue',
    'routing/prompts',
    'routing/tasks',
    'routing/calibration',
    'routing/routers',
    'routing/verifiers',
    'routing/policies',
  ],
  'routing/sessions': [
    ...base,
    'routing/catalogue',
    'routing/prompts',
    'routing/policies',
    'routing/sessions',
  ],
  config: [...routing, 'config'],
  'gateway/protocols': [...routing, 'gateway/protocols', 'gateway/decide'],
  'gateway/decide': [...routing, 'gateway/decide'],
  'gateway/translation': [...routing, 'gateway/protocols', 'gateway/translation'],
  'gateway/reasoning': [...routing, 'gateway/protocols', 'gateway/translation', 'gateway/reasoning'],
  'gateway/send': [
    ...routing,
    'gateway/protocols',
    'gateway/decide',
    'gateway/translation',
    'gateway/reasoning',
    'gateway/send',
  ],
  gateway: gatewayRooms,
  'learning/formats': formats,
  'learning/rows': rows,
  'learning/labels': [...rows, 'providers', 'learning/labels'],
  'learning/datasets': [...datasets, 'learning/labels'],
  'learning/evaluation': evaluation,
  'learning/training': [...routing, ...evaluation, ...datasets, 'learning/labels', 'learning/training'],
  'learning/audit': [...evaluation, 'learning/audit'],
  'learning/loop': [...routing, ...evaluation, 'learning/training', 'learning/labels', 'learning/loop'],
  store: [...gatewayRooms, 'store'],
  client: [...gatewayRooms, 'client'],
  server: [...gatewayRooms, 'server'],
  'server/admin': [...gatewayRooms, 'store', 'server'],
  'edge/platform': ['edge/platform'],
  edge: [...gatewayRooms, 'server', 'edge'],
  jobs: [...gatewayRooms, 'store', 'learning', 'jobs'],
  testing: [...gatewayRooms, 'jobs', 'testing'],
  'cli/terminal': [...base, 'routing/routers', 'cli/terminal'],
  'cli/setup': [
    ...gatewayRooms,
    'store',
    'learning',
    'jobs',
    'client',
    'server',
    'cli/terminal',
    'cli/setup',
  ],
  'cli/commands': [
    ...gatewayRooms,
    'store',
    'learning',
    'jobs',
    'client',
    'server',
    'edge',
    'cli/terminal',
    'cli/setup',
    'cli/commands',
  ],
  cli: ['*'],
}
