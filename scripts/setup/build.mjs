// Compiles src/ to dist/ when dist/ is missing or was built from other sources.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildPage } from './build-page.mjs'
import { bundlePreact } from './bundle-preact.mjs'
import { runProgram } from './npm.mjs'
import { fingerprint, project, readStamp } from './project.mjs'
import { pruneDeclarations } from './prune-declarations.mjs'
import { pruneEmptyModules } from './prune-empty-modules.mjs'
import { readNotice } from './read-notice.mjs'

const dist = join(project, 'dist')
// npm leaves files that begin with ._ out of every package.
const stampName = '._built-from'
const workshop = join(project, 'node_modules', '.cache', 'routellm-build')
const hourMs = 3_600_000

/**
 * Builds in a folder of its own and moves it into place as the last step, so that an interrupted build leaves
 * the old dist/ and the next call builds again.
 */
export async function buildWhatIsStale(say = console.error) {
  const stamp = fingerprint(
    [
      'src',
      ...(hasPage() ? ['web'] : []),
      'tsconfig.json',
      'tsconfig.build.json',
      'package.json',
      'scripts/setup',
    ],
    (file) => !file.endsWith('.test.ts'),
  )
  if (readStamp(join(dist, stampName)) === stamp) return
  say('Building …')
  const target = join(workshop, `${process.pid}`)
  sweepWorkshop()
  try {
    await compile(target)
    writeFileSync(join(target, stampName), `${stamp}\n`)
    replaceDist(target)
  } finally {
    rmSync(target, { recursive: true, force: true })
  }
}

/** A copy of the project without the page builds without it. */
function hasPage() {
  return existsSync(join(project, 'web'))
}

async function compile(target) {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const compiler = join(project, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [compiler, '-p', join(project, 'tsconfig.build.json'), '--outDir', target]
  const { code, output } = await runProgram(process.execPath, args, { cwd: project })
  if (code !== 0) throw new Error(`The build failed:\n\n${output.trim()}`)
  pruneDeclarations(target)
  pruneEmptyModules(target)
  await dropComments(target)
  await copyPrices(target)
  await bundleStorePackages(target)
  await bundlePreact(target)
  await bundleFetchHandler(target)
  if (hasPage()) await buildPage(join(target, 'web'))
  const bin = join(target, 'cli', 'main.js')
  if (existsSync(bin)) chmodSync(bin, 0o755)
}

/**
 * Comments are for readers of the declarations: in the code they take blocks on the disks of those who install the package.
 * Those that bundlers read stay.
 */
async function dropComments(target) {
  const { transform } = await import('esbuild')
  for (const name of readdirSync(target, { recursive: true })) {
    if (!name.endsWith('.js')) continue
    const file = join(target, name)
    const { code } = await transform(readFileSync(file, 'utf8'), { format: 'esm', target: 'esnext' })
    writeFileSync(file, code)
  }
}

/**
 * The list prices of the package @pydantic/genai-prices (MIT), for installations without it: its one module, with its
 * licence and version in it. As a dependency it would bring three builds of the same data.
 */
async function copyPrices(target) {
  const home = join(project, 'node_modules', '@pydantic', 'genai-prices')
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const licence = readFileSync(join(home, 'LICENSE'), 'utf8').trim().replaceAll('*/', '* /')
  const { transform } = await import('esbuild')
  const module = await transform(readFileSync(join(home, 'dist', 'index.js'), 'utf8'), {
    minify: true,
    format: 'esm',
  })
  const packaged = join(target, 'routing', 'catalogue', 'packaged')
  mkdirSync(packaged, { recursive: true })
  writeFileSync(
    join(packaged, 'genai-prices.js'),
    `/*! @pydantic/genai-prices ${version}\n\n${licence}\n*/\n${module.code}\nexport const packageVersion = '${version}'\n`,
  )
}

/**
 * The packages that only the store uses, each as one module in place of the one that exports them: together they would be
 * larger than all other dependencies. The binaries of libsql stay packages.
 */
async function bundleStorePackages(target) {
  const { build } = await import('esbuild')
  const parts = {
    'database/kysely': ['kysely'],
    'database/libsql': ['libsql', '@neon-rs/load', 'libsql/node_modules/detect-libc'],
    'transfer/parquet/hyparquet-writer': ['hyparquet-writer', 'hyparquet-writer/node_modules/hyparquet'],
  }
  for (const [name, packages] of Object.entries(parts)) {
    const module = join(target, 'store', `${name}.js`)
    const notices = packages.map(readNotice).join('\n\n')
    await build({
      stdin: { contents: readFileSync(module, 'utf8'), resolveDir: project },
      bundle: true,
      minify: true,
      keepNames: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      outfile: module,
      allowOverwrite: true,
      legalComments: 'none',
      banner: {
        js: `/*!\n${notices}\n*/\nimport { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`,
      },
      logLevel: 'error',
    })
  }
}

/** One module in place of those compiled ones that only it uses, and that import Node's. */
async function bundleFetchHandler(target) {
  const { bundleEdge } = await import('./bundle-edge.mjs')
  const { text } = await bundleEdge({ minify: true })
  const folder = join(target, 'edge')
  const compiled = readdirSync(folder).filter((name) => name.endsWith('.js'))
  for (const name of [...compiled, 'http']) rmSync(join(folder, name), { recursive: true, force: true })
  writeFileSync(join(folder, 'index.js'), text)
}

function replaceDist(target) {
  const old = `${target}-old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(target, dist)
  rmSync(old, { recursive: true, force: true })
}

/** Removes what killed builds left behind. */
function sweepWorkshop() {
  if (!existsSync(workshop)) return
  for (const name of readdirSync(workshop)) {
    const left = join(workshop, name)
    if (Date.now() - statSync(left).mtimeMs > hourMs) rmSync(left, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await buildWhatIsStale()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
