/** The background that a picture is drawn for. `auto` follows the reader's `prefers-color-scheme`. */
export type ColourScheme = 'light' | 'dark' | 'auto'

/**
 * The colours of the page, of the reports and of their charts, by the names that they have in style sheets. `quiet` is for text
 * that is read second, `line` for what separates, `surface` is what text is on and `ground` what surfaces are on.
 */
export type Palette = Readonly<Record<ColourName, string>>

type ColourName =
  | 'surface'
  | 'ground'
  | 'raised'
  | 'line'
  | 'text'
  | 'quiet'
  | 'accent'
  | 'accent-ground'
  | 'on-accent'
  | 'good'
  | 'bad'
  | 'bad-ground'
  | 'warn'
  | 'warn-ground'
  | `series-${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`

// Each colour of text and of a series has a contrast of at least 4.5 to the surface (checked in the test), and neighbours of
// the series differ in lightness as well as hue.
export const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    surface: '#ffffff',
    ground: '#f4f5f7',
    raised: '#ffffff',
    line: '#dfe2e7',
    text: '#16191d',
    quiet: '#575f6a',
    accent: '#1f5fbf',
    'accent-ground': '#e8f0fc',
    'on-accent': '#ffffff',
    good: '#186a3b',
    bad: '#b3261e',
    'bad-ground': '#fdeceb',
    warn: '#7a4b00',
    'warn-ground': '#fdf3e0',
    'series-0': '#1f66c2',
    'series-1': '#b84a06',
    'series-2': '#0a7568',
    'series-3': '#8b3dc0',
    'series-4': '#b4264f',
    'series-5': '#5c6b0a',
    'series-6': '#0b6f85',
    'series-7': '#656c76',
  },
  dark: {
    surface: '#14171b',
    ground: '#0d0f12',
    raised: '#1c2026',
    line: '#2b3038',
    text: '#e6e8eb',
    quiet: '#a0a8b3',
    accent: '#7fb2ff',
    'accent-ground': '#16273f',
    'on-accent': '#0d1522',
    good: '#6fd39a',
    bad: '#ff8f85',
    'bad-ground': '#3a1917',
    warn: '#f0b860',
    'warn-ground': '#35270f',
    'series-0': '#6ea6ff',
    'series-1': '#ffab5e',
    'series-2': '#4fd1a5',
    'series-3': '#cf94f7',
    'series-4': '#ff8ba6',
    'series-5': '#c3d152',
    'series-6': '#57cbe0',
    'series-7': '#a4abb5',
  },
}

/** Colours that a series can have; further series repeat the last one. */
export const seriesColours = 8

/** The colours as custom properties of CSS. */
export function formatColours(scheme: 'light' | 'dark'): string {
  return Object.entries(palettes[scheme])
    .map(([name, colour]) => `--${name}: ${colour}`)
    .join('; ')
}
