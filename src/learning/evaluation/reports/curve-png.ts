import { rethrow } from '../../../base/concurrency/optional-import.ts'
import { MissingPackageError } from '../../../errors.ts'

export type PngOptions = {
  /** Pixels for each unit of the SVG. Default: 2. */
  readonly scale?: number
  /** Loads the renderer. Default: the optional package `@resvg/resvg-js`. */
  readonly loadRenderer?: () => Promise<unknown>
}

/** The part of `@resvg/resvg-js` in use. */
type Renderer = {
  readonly Resvg: new (
    svg: string,
    options: { fitTo: { mode: 'zoom'; value: number } },
  ) => { render(): { asPng(): Uint8Array } }
}

/**
 * Renders a curve as PNG. Draw it with scheme `light` or `dark`, because a PNG cannot follow the reader's.
 *
 * Throws `MissingPackageError` if `@resvg/resvg-js` is not installed.
 */
export async function curvePng(svg: string, options: PngOptions = {}): Promise<Uint8Array> {
  const { Resvg } = await loadResvg(options.loadRenderer ?? importResvg)
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: options.scale ?? 2 } }).render().asPng()
}

async function loadResvg(load: () => Promise<unknown>): Promise<Renderer> {
  try {
    const loaded = await load()
    if (isRenderer(loaded)) return loaded
    throw new Error('it has no class Resvg')
  } catch (cause) {
    throw new MissingPackageError(
      'missing-package',
      'Pictures as PNG need the optional package @resvg/resvg-js, which cannot be loaded ' +
        `(${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}). ` +
        'Run `npm install @resvg/resvg-js`, or use the SVG.',
      { cause },
    )
  }
}

function importResvg(): Promise<unknown> {
  return import(/* webpackIgnore: true */ '@resvg/resvg-js').catch(rethrow)
}

function isRenderer(loaded: unknown): loaded is Renderer {
  return (
    typeof loaded === 'object' && loaded !== null && 'Resvg' in loaded && typeof loaded.Resvg === 'function'
  )
}
