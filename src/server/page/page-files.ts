import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** The built page in memory: 1 MB at most. */
export type PageFiles = {
  /** The document that every view begins with; null if the page is not built. */
  readonly index: PageFile | null
  /** By their names below `/assets/`, which contain a hash of their content. */
  readonly assets: ReadonlyMap<string, PageFile>
  /** The code of each view among them, by the view's name: `overview`. */
  readonly views: ReadonlyMap<string, string>
}

export type PageFile = {
  readonly contentType: string
  readonly plain: Buffer
  /** Compressed when the page was built, by their `content-encoding`, the better first. */
  readonly encoded: readonly (readonly [encoding: 'br' | 'gzip', bytes: Buffer])[]
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** As `scripts/setup/build-page.mjs` names them. */
const viewFile = /^view-([a-z]+)-.+\.js$/

/** Reads the files of a build; a folder that is not there has none. */
export async function readPageFiles(folder: string): Promise<PageFiles> {
  const names = await readdir(join(folder, 'assets')).catch(() => [])
  const assets = new Map<string, PageFile>()
  for (const name of names)
    if (extname(name) in contentTypes) assets.set(name, await readPageFile(join(folder, 'assets', name)))
  const index = await readPageFile(join(folder, 'index.html')).catch(() => null)
  const views = new Map(
    names.flatMap((name) => {
      const view = viewFile.exec(name)?.[1]
      return view === undefined ? [] : [[view, name] as const]
    }),
  )
  return { index, assets, views }
}

async function readPageFile(path: string): Promise<PageFile> {
  const [plain, brotli, gzip] = await Promise.all([
    readFile(path),
    readFile(`${path}.br`).catch(() => null),
    readFile(`${path}.gz`).catch(() => null),
  ])
  return {
    contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
    plain,
    encoded: [
      ...(brotli === null ? [] : [['br', brotli] as const]),
      ...(gzip === null ? [] : [['gzip', gzip] as const]),
    ],
  }
}
