import { render } from 'preact'
import { App } from './app/app.tsx'
import { applyTheme, readTheme } from './app/theme.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/parts.css'
import './styles/row-table.css'
import './styles/charts.css'
import './styles/runs.css'
import './styles/keys.css'
import './styles/sessions.css'
import './styles/playground.css'
import './styles/curve.css'
import './styles/routers.css'
import './styles/label.css'
import './styles/overview.css'
import './styles/print.css'

const page = document.getElementById('page')
if (page !== null) render(<App />, page)
// After the page has asked for what it needs, because a browser takes milliseconds to open its storage. Nothing is painted between.
applyTheme(readTheme())
