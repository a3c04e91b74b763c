// Holds the table of ARCHITECTURE.md: which folder of src/ may import which. Fails on a folder without a row,
// on an import that the table does not allow, and on zero files read.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'src')
const everything = ['*']
/** Folder → folders it may import besides itself and errors.ts. Nobody imports cli/. */
const allowed = {
  math: [],
  text: ['math'],
  artifact: ['math'],
  hub: [],
  models: [],
  providers: ['models'],
  onnx: ['math', 'artifact', 'hub'],
  embedding: ['math', 'text', 'artifact', 'providers', 'onnx', 'hub'],
  routers: ['math', 'text', 'artifact', 'hub', 'embedding', 'providers', 'onnx'],
  data: ['math', 'text', 'models', 'providers', 'hub'],
  calibration: ['math'],
  evaluation: ['math', 'data', 'routers', 'calibration'],
  training: [
    'math',
    'text',
    'data',
    'artifact',
    'hub',
    'onnx',
    'embedding',
    'routers',
    'calibration',
    'evaluation',
  ],
  audit: ['math', 'text', 'models', 'data', 'embedding', 'routers', 'calibration', 'evaluation'],
  config: ['models', 'text'],
  gateway: ['text', 'routers', 'embedding', 'providers', 'models', 'calibration', 'config'],
  client: ['gateway', 'routers', 'providers', 'models', 'config', 'text'],
  server: ['gateway', 'config', 'models', 'providers', 'routers', 'text'],
  testing: ['math', 'text', 'artifact', 'embedding', 'routers', 'providers', 'models', 'gateway'],
  cli: everything,
}

const problems = []
const files = readdirSync(root, { recursive: true }).filter((file) => file.endsWith('.ts'))
for (const file of files) {
  const isTest = file.endsWith('.test.ts')
  const folder = file.includes('/') ? file.split('/')[0] : ''
  if (folder !== '' && !(folder in allowed))
    problems.push(`src/${folder}/ has no row in scripts/check-layers.mjs`)
  const source = readFileSync(join(root, file), 'utf8')
  for (const match of source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
    const target = relative(root, normalize(join(root, dirname(file), match[1])))
    const to = target.includes('/') ? target.split('/')[0] : ''
    if (to === 'cli' && folder !== 'cli')
      problems.push(`src/${file} imports src/${target}: nobody imports cli/`)
    if (isTest || folder === '' || to === folder || target === 'errors.ts' || target === 'version.ts')
      continue
    if (/^routers\/.*fit\.ts$/.test(target) && folder !== 'training')
      problems.push(`src/${file} imports src/${target}: only training/ loads training code`)
    const may = allowed[folder] ?? []
    if (may !== everything && !may.includes(to))
      problems.push(`src/${file} imports src/${target}: ${folder}/ may import ${may.join(', ') || 'nothing'}`)
  }
}
if (files.length === 0) problems.push(`no source file found below ${root}`)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`layers: ${files.length} files keep to the table`)
