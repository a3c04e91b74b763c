// Holds the table of ARCHITECTURE.md: which room of src/ may import which, that no files import each other in a circle
// (types included), and that no folder has more than 12 loose source files. Fails on a room without a row and on zero files read.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const base = ['base']
const routing = [...base, 'providers', 'routing']
const gatewayRooms = [...routing, 'config', 'gateway']
const formats = [...base, 'routing/prompts', 'learning/formats']
const rows = [...formats, 'routing/catalogue', 'learning/rows']
const datasets = [...rows, 'learning/labels/checkers', 'learning/datasets']
const evaluation = [...rows, 'routing', 'learning/evaluation']

/** Room → the rooms it may import; the longest row that a file's path begins with is its own. */
const table = {
  'base/math': ['base/math'],
  'base/text': ['base/math', 'base/text'],
  'base/concurrency': ['base/concurrency'],
  'base/files': ['base/files'],
  'base/artifact': ['base/math', 'base/files', 'base/artifact'],
  providers: [...base, 'providers'],
  'routing/catalogue': [...base, 'routing/catalogue'],
  'routing/prompts': [...base, 'routing/prompts'],
  'routing/onnx': [...base, 'routing/onnx'],
  'routing/embedding': [...base, 'providers', 'routing/onnx', 'routing/embedding'],
  'routing/calibration': [...base, 'routing/calibration'],
  'routing/routers': [
    ...base,
    'providers',
    'routing/prompts',
    'routing/onnx',
    'routing/embedding',
    'routing/calibration',
    'routing/routers',
  ],
  config: [...routing, 'config'],
  'gateway/protocols': [...routing, 'gateway/protocols', 'gateway/decide'],
  'gateway/decide': [...routing, 'gateway/decide'],
  'gateway/send': [...routing, 'gateway/protocols', 'gateway/decide', 'gateway/send'],
  gateway: gatewayRooms,
  'learning/formats': formats,
  'learning/rows': rows,
  'learning/labels': [...rows, 'providers', 'learning/labels'],
  'learning/datasets': [...datasets, 'learning/labels'],
  'learning/evaluation': evaluation,
  'learning/training': [...routing, ...evaluation, ...datasets, 'learning/labels', 'learning/training'],
  'learning/audit': [...evaluation, 'learning/audit'],
  client: [...gatewayRooms, 'client'],
  server: [...gatewayRooms, 'server'],
  testing: [...gatewayRooms, 'testing'],
  cli: ['*'],
}
const looseFilesAtMost = 12

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'src')
const files = readdirSync(root, { recursive: true }).filter((file) => file.endsWith('.ts'))
const sources = files.filter((file) => !file.endsWith('.test.ts'))
// --circles until the last type is untied.
const problems = [
  ...layerProblems(),
  ...(process.argv.includes('--circles') ? circles() : []),
  ...crowdedFolders(),
]
if (files.length === 0) problems.push(`no source file found below ${root}`)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`layers: ${files.length} files keep to the table, without a circle`)

/** @returns {string[]} files below src/ that this one imports. */
function importsOf(file) {
  const source = readFileSync(join(root, file), 'utf8')
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(root, normalize(join(root, dirname(file), match[1]))),
  )
}

function isWithin(path, room) {
  return path.startsWith(`${room}/`)
}

function layerProblems() {
  const found = []
  for (const file of files) {
    const isEntry = !file.includes('/')
    const rooms = Object.keys(table).filter((room) => isWithin(file, room))
    const own = rooms.sort((one, other) => other.length - one.length)[0]
    if (own === undefined && !isEntry)
      found.push(`src/${dirname(file)}/ has no row in scripts/check-layers.mjs`)
    const may = table[own] ?? []
    for (const target of importsOf(file)) {
      if (isWithin(target, 'cli') && !isWithin(file, 'cli'))
        found.push(`src/${file} imports src/${target}: nobody imports cli/`)
      if (file.endsWith('.test.ts') || isEntry || !target.includes('/') || may.includes('*')) continue
      if (!may.some((room) => isWithin(target, room)))
        found.push(`src/${file} imports src/${target}: ${own}/ may import ${may.join(', ')}`)
    }
  }
  return found
}

/** Strongly connected components of the import graph with more than one file (Tarjan, 1972). */
function circles() {
  const edges = new Map(sources.map((file) => [file, importsOf(file)]))
  const order = new Map()
  const lowest = new Map()
  const stack = []
  const found = []
  const visit = (file) => {
    order.set(file, order.size)
    lowest.set(file, order.get(file))
    stack.push(file)
    for (const target of edges.get(file) ?? []) {
      if (!edges.has(target)) continue
      if (!order.has(target)) visit(target)
      if (stack.includes(target)) lowest.set(file, Math.min(lowest.get(file), lowest.get(target)))
    }
    if (lowest.get(file) !== order.get(file)) return
    const component = stack.splice(stack.indexOf(file))
    if (component.length > 1) found.push(`a circle of imports: ${component.sort().join(', ')}`)
  }
  for (const file of sources) if (!order.has(file)) visit(file)
  return found
}

function crowdedFolders() {
  const counts = new Map()
  for (const file of sources) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > looseFilesAtMost)
    .map(
      ([folder, count]) =>
        `src/${folder}/ has ${count} loose files; more than ${looseFilesAtMost} need folders`,
    )
}
