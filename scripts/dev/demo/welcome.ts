import { styleText } from 'node:util'
import type { Settings } from '../settings.ts'
import type { Demo } from './demo.ts'
import { password, people } from './shop.ts'

type Row = [label: string, value: string]

/** The box at the end of a start: where to go, and as whom. */
export function welcome({ publicUrl, isDev }: Settings, demo: Demo | undefined): string {
  const rows: Row[] = [['Lobby', publicUrl]]
  if (demo) {
    rows.push(
      ['Watch', `${publicUrl}/s/${demo.showId}`],
      ['Studio', `${publicUrl}/studio/${demo.showId}`],
      ['Moderate', `${publicUrl}/moderate/${demo.showId}`],
      ['Shop desk', `${publicUrl}/shop`],
      ['Sign in', `${publicUrl}/sign-in`],
      ['', ''],
      ['Host', people.host.email],
      ['Moderator', people.moderator.email],
      ['Viewer', people.viewer.email],
      ['Password', `${password}, for all three`],
    )
  }
  const title = isDev ? 'Vitrine is open, and reloads what you edit' : 'Vitrine is open'
  return boxed(title, rows, 'Ctrl-C closes it')
}

function boxed(title: string, rows: Row[], foot: string): string {
  const labelWidth = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.map(([label, value]) => `${label.padEnd(labelWidth)}  ${value}`.trimEnd())
  const width = Math.max(title.length, foot.length, ...lines.map((line) => line.length))
  const row = (text: string, style?: 'bold' | 'dim') =>
    `│  ${style ? styleText(style, text.padEnd(width)) : text.padEnd(width)}  │`
  const rule = '─'.repeat(width + 4)
  const body = [
    row(title, 'bold'),
    row(''),
    ...lines.map((line) => row(line)),
    row(''),
    row(foot, 'dim'),
  ]
  return ['', `┌${rule}┐`, ...body, `└${rule}┘`, ''].join('\n')
}
