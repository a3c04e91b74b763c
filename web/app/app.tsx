import type { ComponentType } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { SessionInfo } from '../../src/server/admin/access/routes.ts'
import { ApiError, postJson, requestJson, whenSignedOut } from '../api/request.ts'
import { Empty, Failure } from '../ui/states.tsx'
import { findView } from '../views/registry.ts'
import type { ViewProps } from '../views/view.ts'
import { KeyHelp } from './key-help.tsx'
import { Link } from './link.tsx'
import { changeQuery, usePlace } from './location.ts'
import { Navigation } from './navigation.tsx'
import { type Action, Palette } from './palette.tsx'
import { useKeys, useViewKeys } from './shortcuts.ts'
import { SignIn } from './sign-in.tsx'
import { switchTheme } from './theme.ts'

type Access = 'unknown' | 'open' | 'closed' | Error

/** The page: its access, then the navigation and the view of the present path. */
export function App() {
  const [access, setAccess] = useState<Access>('unknown')
  const { query } = usePlace()
  const check = () => {
    setAccess('unknown')
    requestJson<SessionInfo>('/session').then(
      () => setAccess('open'),
      (error: Error) => setAccess(error instanceof ApiError && error.status === 401 ? 'closed' : error),
    )
  }
  useLayoutEffect(() => {
    whenSignedOut(() => setAccess('closed'))
    // The view's code comes while the server looks at the session. If it does not come, the view says so when it is opened.
    findView(location.pathname)
      ?.view.load()
      .catch(() => undefined)
    check()
  }, [])
  if (access === 'unknown') return null
  if (access === 'closed')
    return (
      <SignIn
        isRefused={query.has('refused')}
        onSignedIn={() => {
          changeQuery({ refused: null }, true)
          setAccess('open')
        }}
      />
    )
  if (access === 'open') return <Shell />
  return (
    <main>
      <Failure what="The server does not answer" error={access} retry={check} />
    </main>
  )
}

function Shell() {
  const place = usePlace()
  const found = findView(place.path)
  const [dialog, setDialog] = useState<'palette' | 'help' | null>(null)
  const opener = useRef<Element | null>(null)
  const open = (which: 'palette' | 'help') => {
    opener.current = document.activeElement
    setDialog(which)
  }
  const close = () => {
    setDialog(null)
    if (opener.current instanceof HTMLElement) opener.current.focus()
  }
  useViewKeys()
  useKeys(
    [
      { on: ['/'], title: 'Search in the view', run: focusSearch },
      { on: ['t'], title: 'Change the colours: system, light, dark', run: () => void switchTheme() },
      { on: ['?'], title: 'Show these shortcuts', run: () => open('help') },
    ],
    'everywhere',
  )
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      open('palette')
    }
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
  useEffect(() => {
    document.title = found === null ? 'routellm' : `${found.view.title} · routellm`
  }, [found?.view])
  const actions = useMemo<readonly Action[]>(
    () => [
      { title: 'Change the colours: system, light, dark', keys: 't', run: () => void switchTheme() },
      { title: 'Show the shortcuts', keys: '?', run: () => open('help') },
      { title: 'Sign out', run: signOut },
    ],
    [],
  )
  return (
    <div class="shell">
      <a class="skip button" href="#main">
        Skip to the view
      </a>
      <Navigation
        current={found?.view.path ?? null}
        openPalette={() => open('palette')}
        openHelp={() => open('help')}
      />
      <main id="main" tabIndex={-1}>
        {found === null ? (
          <Empty title="There is no such view.">
            <Link href="/">Open the overview</Link>
          </Empty>
        ) : (
          <OpenView key={found.view.path} load={found.view.load} place={place} item={found.item} />
        )}
      </main>
      {dialog === 'palette' && <Palette actions={actions} close={close} />}
      {dialog === 'help' && <KeyHelp close={close} />}
    </div>
  )
}

type OpenViewProps = ViewProps & {
  readonly load: () => Promise<{ readonly default: ComponentType<ViewProps> }>
}

/** A view, whose code is loaded when it is first opened. */
function OpenView({ load, place, item }: OpenViewProps) {
  const [loaded, setLoaded] = useState<{ readonly view: ComponentType<ViewProps> } | Error | null>(null)
  const read = () => {
    setLoaded(null)
    load().then(
      (module) => setLoaded({ view: module.default }),
      (error: Error) => setLoaded(error),
    )
  }
  useLayoutEffect(read, [])
  if (loaded === null) return null
  if (loaded instanceof Error) return <Failure what="The view cannot be loaded" error={loaded} retry={read} />
  return <loaded.view place={place} item={item} />
}

function focusSearch(): void {
  document.querySelector<HTMLElement>('main [type="search"]')?.focus()
}

function signOut(): void {
  void postJson('/session', {}, { method: 'DELETE' }).then(() => location.assign('/'))
}
