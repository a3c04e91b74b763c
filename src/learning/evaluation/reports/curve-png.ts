import { MissingPackageError } from '../../../errors.ts'

export type PngOptions = {
  /** Pixels for each unit of the SVG; 2 unless told. */
  readonly scale?: number
  /** Loads the renderer; the optional package `@resvg/resvg-js` unless told. */
  readonly loadRenderer?: () => Promise<unknown>
}

/** What is used of `@resvg/resvg-js`. */
type Renderer = {
  readonly Resvg: new (
    svg: string,
    options: { fitTo: { mode: 'zoom'; value: number } },
  ) => { render(): { asPng(): Uint8Array } }
}

/**
 * A curve as PNG. Draw it with scheme `light` or `dark`: a PNG cannot follow the reader's.
 *
 * Throws `MissingPackageError` where `@resvg/resvg-js` is not installed.
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
  return import('@resvg/resvg-js')
}

function isRenderer(loaded: unknown): loaded is Renderer {
  return (
    typeof loaded === 'object' && loaded !== null && 'Resvg' in loaded && typeof loaded.Resvg === 'function'
  )
}
