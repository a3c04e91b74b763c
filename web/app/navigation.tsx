import { views } from '../views/registry.ts'
import { Link } from './link.tsx'

type NavigationProps = {
  /** The path of the open view. */
  readonly current: string | null
  readonly openPalette: () => void
  readonly openHelp: () => void
}

/** On the left, or at the bottom of a narrow screen. */
export function Navigation({ current, openPalette, openHelp }: NavigationProps) {
  return (
    <nav class="navigation" aria-label="Views">
      <div class="brand">routellm</div>
      <ul>
        {views.map(({ title, path, key }) => (
          <li key={path}>
            <Link href={path} current={path === current}>
              {title} <kbd>g {key}</kbd>
            </Link>
          </li>
        ))}
      </ul>
      <div class="navigation-foot">
        <button type="button" class="plain menu" onClick={openPalette}>
          More
        </button>
        <button type="button" class="plain" onClick={openPalette}>
          Find <kbd>{/mac/i.test(navigator.platform) ? '⌘ K' : 'Ctrl K'}</kbd>
        </button>
        <button type="button" class="plain" onClick={openHelp}>
          Shortcuts <kbd>?</kbd>
        </button>
      </div>
    </nav>
  )
}
