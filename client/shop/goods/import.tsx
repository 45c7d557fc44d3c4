import { useState } from 'preact/hooks'
import type { ImportReport } from '../../../shared/wire/catalog.ts'
import { upload } from '../../api/http.ts'
import { asRefused } from '../../api/refused.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { CsvButton } from '../../ui/csv-button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { count } from '../../ui/money.ts'
import { rich } from '../../ui/rich.tsx'
import { Strip } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { Desk, PageTop } from '../shell.tsx'
import { said } from '../tell.ts'
import { useDrop } from './drop.ts'
import { g } from './words-goods.ts'

const bytesMax = 5 * 1024 * 1024

type Import =
  | { at: 'waiting'; fault?: string }
  | { at: 'reading'; name: string }
  | { at: 'done'; name: string; report: ImportReport }

/** A whole shop from one file, with a report for each row that did not fit. */
export function ImportPage() {
  const [now, setNow] = useState<Import>({ at: 'waiting' })
  const take = async (file: File | undefined) => {
    if (file === undefined || now.at === 'reading') return
    const fault = faultOf(file)
    if (fault !== undefined) {
      setNow({ at: 'waiting', fault })
      return
    }
    setNow({ at: 'reading', name: file.name })
    setNow(await imported(file))
  }
  return (
    <Desk at="products" title={g('import.title')}>
      <PageTop title={g('import.title')} back="/shop/products">
        {now.at === 'done' && (
          <>
            <Button kind="quiet-btn" size="desk" onClick={() => setNow({ at: 'waiting' })}>
              {g('import.again')}
            </Button>
            <LinkButton size="desk" href="/shop/products">
              {g('import.see')}
            </LinkButton>
          </>
        )}
      </PageTop>
      <Outcome now={now} />
      <div class="desk-form rule">
        {now.at === 'done' ? (
          <Report name={now.name} report={now.report} />
        ) : (
          <DropZone busy={now.at === 'reading' ? now.name : null} onFile={take} />
        )}
      </div>
    </Desk>
  )
}

function faultOf({ name, type, size }: File): string | undefined {
  const csv = /\.(csv|txt)$/i.test(name) || type === 'text/csv'
  if (!csv) return g('import.kind', { name })
  return size > bytesMax ? g('import.large', { name }) : undefined
}

async function imported(file: File): Promise<Import> {
  const { name } = file
  const text = await file.text().catch(() => null)
  if (text === null) return { at: 'waiting', fault: g('import.unread', { name }) }
  try {
    const report = await upload<ImportReport>('/products/import', text, 'text/csv')
    return { at: 'done', name, report }
  } catch (thrown) {
    const refused = asRefused(thrown)
    const fault = refused.code === 'OFFLINE' ? g('import.lost') : said(refused)
    return { at: 'waiting', fault }
  }
}

/** A row may have more than one fault. */
function rejectedRows({ rejected }: ImportReport): number {
  return new Set(rejected.map(({ row }) => row)).size
}

/** In one line: how it went. */
function Outcome({ now }: { now: Import }) {
  if (now.at === 'waiting' && now.fault !== undefined) {
    return (
      <div class="strip-place rule">
        <Strip tone="bad" icon="alert" alert>
          {rich(now.fault)}
        </Strip>
      </div>
    )
  }
  if (now.at !== 'done') return <div class="strip-place" />
  const { created, updated } = now.report
  const rejected = rejectedRows(now.report)
  const nothing = created + updated === 0
  const word = rejected === 0 ? 'import.all.good' : nothing ? 'import.none' : 'import.some'
  return (
    <div class="strip-place rule">
      <Strip
        tone={rejected === 0 ? 'good' : nothing ? 'bad' : 'info'}
        icon={rejected === 0 ? 'check' : 'alert'}
      >
        {rich(g(word, { n: rejected }))}
      </Strip>
    </div>
  )
}

function DropZone(props: {
  busy: string | null
  onFile: (file: File | undefined) => Promise<void>
}) {
  const drop = useDrop((files) => void props.onFile(files[0]))
  const { busy } = props
  return (
    <div
      class="drop-zone state"
      {...drop.handlers}
      data-over={drop.over || undefined}
      aria-busy={busy !== null}
    >
      <Icon name="upload" />
      <div role="status">
        <h2>{busy === null ? g('import.drop') : g('import.reading', { name: busy })}</h2>
      </div>
      <p>{g(busy === null ? 'import.drop.help' : 'import.wait')}</p>
      <CsvButton
        busy={busy !== null && g('saving')}
        label={g('import.file')}
        onFile={(file) => void props.onFile(file)}
      >
        {g('import.choose')}
      </CsvButton>
    </div>
  )
}

type Rejected = ImportReport['rejected'][number]

const columns: Column<Rejected>[] = [
  { key: 'row', title: g('col.row'), cell: ({ row }) => <b class="num">{count(row)}</b> },
  {
    key: 'field',
    title: g('col.field'),
    cell: ({ pointer }) => <bdi>{pointer.replace(/^[#/]+/, '')}</bdi>,
  },
  { key: 'why', title: g('col.why'), cell: ({ detail }) => detail },
]

function Report({ name, report }: { name: string; report: ImportReport }) {
  const figures = [
    ['import.created', report.created],
    ['import.updated', report.updated],
    ['import.rejected', rejectedRows(report)],
  ] as const
  return (
    <div class="report">
      <h2>
        <bdi>{name}</bdi>
      </h2>
      <dl class="report-figures">
        {figures.map(([word, n]) => (
          <div key={word}>
            <dt>{g(word)}</dt>
            <dd class="num">{count(n)}</dd>
          </div>
        ))}
      </dl>
      {report.rejected.length > 0 && (
        <Table
          label={g('import.report')}
          columns={columns}
          rows={report.rejected}
          idOf={({ row, pointer, detail }) => `${row} ${pointer} ${detail}`}
        />
      )}
    </div>
  )
}
