/** The background that a picture is drawn for. `auto` follows the reader's `prefers-color-scheme`. */
export type ColourScheme = 'light' | 'dark' | 'auto'

type Palette = {
  readonly background: string
  readonly text: string
  readonly muted: string
  readonly grid: string
  readonly baseline: string
  readonly bandOpacity: number
  readonly routers: readonly string[]
}

// Each router colour has a contrast of at least 4.5 to its background (checked in the test), and neighbours differ
// in lightness as well as hue.
export const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    background: '#ffffff',
    text: '#1c2128',
    muted: '#59636e',
    grid: '#e4e8ec',
    baseline: '#6b7480',
    bandOpacity: 0.1,
    routers: ['#0b5cad', '#b93c06', '#0a7568', '#8127b8', '#8a5a00', '#b4145f', '#43700d', '#334c66'],
  },
  dark: {
    background: '#0f141a',
    text: '#e6edf3',
    muted: '#9aa7b4',
    grid: '#232b35',
    baseline: '#8b98a5',
    bandOpacity: 0.16,
    routers: ['#6cb4ff', '#ff9a5a', '#45d0bd', '#c89bff', '#e6bf45', '#ff8abb', '#a4d65e', '#a9bdd6'],
  },
}

export const routerColours = palettes.light.routers.length

/** The style sheet of a chart. Every class begins with `rl-`, so that it does not clash with those of a page. */
export function curveStyle(scheme: ColourScheme): string {
  if (scheme !== 'auto') return rules(palettes[scheme])
  return `${rules(palettes.light)}@media (prefers-color-scheme: dark){${rules(palettes.dark)}}`
}

function rules({ background, text, muted, grid, baseline, bandOpacity, routers }: Palette): string {
  return [
    `.rl-background{fill:${background}}`,
    `.rl-text{fill:${text}}`,
    `.rl-muted{fill:${muted}}`,
    `.rl-grid{stroke:${grid}}`,
    `.rl-axis{stroke:${muted}}`,
    `.rl-band{fill-opacity:${bandOpacity}}`,
    `.rl-line-baseline{stroke:${baseline}}`,
    `.rl-fill-baseline{fill:${baseline}}`,
    ...routers.map((colour, index) => `.rl-line-${index}{stroke:${colour}}.rl-fill-${index}{fill:${colour}}`),
  ].join('')
}

/** The colours of a page as custom properties of CSS: by the reader's system, and on paper. */
export const pageColours = {
  light:
    '--background: #fbfbfa; --surface: #ffffff; --text: #1b2027; --muted: #5b6570; --line: #dde1e6; --faint: #eef0f3; ' +
    '--accent: #0b6b58; --accent-soft: #0b6b5826; --warm: #a15c07; --bad: #a8322d',
  dark:
    '--background: #0e1217; --surface: #151b22; --text: #e7edf3; --muted: #9ba8b5; --line: #2a333d; --faint: #1d252e; ' +
    '--accent: #4cc3a5; --accent-soft: #4cc3a530; --warm: #e3a94f; --bad: #f08a80',
  paper:
    '--background: #ffffff; --surface: #ffffff; --text: #111111; --muted: #555555; --line: #cccccc; --faint: #e8e8e8; ' +
    '--accent: #0b6b58; --accent-soft: #0b6b5826; --warm: #a15c07; --bad: #a8322d',
} as const
