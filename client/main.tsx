import { effect } from '@preact/signals'
import { render } from 'preact'
import { openSession } from './api/session.ts'
import { noteVia } from './api/via.ts'
import { App } from './app.tsx'
import { query, startRouter } from './router.ts'
import { layOutIcons } from './ui/icon.tsx'
import { MoreTold } from './ui/more.tsx'
import './ui/style.ts'
import { ToastPlace } from './ui/toast.tsx'

const root = document.documentElement
const wanted = new URLSearchParams(location.search)
const dir = wanted.get('dir')
if (dir === 'rtl' || dir === 'ltr') root.dir = dir
const theme = wanted.get('theme')
if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme

layOutIcons()
startRouter()
void openSession()
effect(() => void noteVia(query.value))

const app = document.getElementById('app')
const layers = document.getElementById('layers')
if (app === null || layers === null) throw new Error('index.html has lost its roots')
const told = layers.appendChild(document.createElement('div'))
render(
  <>
    <ToastPlace />
    <MoreTold />
  </>,
  told,
)
render(<App />, app)
