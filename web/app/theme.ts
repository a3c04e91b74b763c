/** The scheme of colours: the system's, or one that a person has chosen. */
export type Theme = 'system' | 'light' | 'dark'

const key = 'routellm-theme'
const order: readonly Theme[] = ['system', 'light', 'dark']

export function readTheme(): Theme {
  const kept = localStorage.getItem(key)
  return order.find((theme) => theme === kept) ?? 'system'
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

/** Changes to the next scheme and remembers it. */
export function switchTheme(): Theme {
  const next = order[(order.indexOf(readTheme()) + 1) % order.length] ?? 'system'
  localStorage.setItem(key, next)
  applyTheme(next)
  return next
}
