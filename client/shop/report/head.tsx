import { Button } from '../../ui/button.tsx'
import { saveFile } from '../../ui/save.ts'
import { r } from './words-report.ts'

/** Heads a part of the report: its name, and the part as a file. */
export function Head(props: { id: string; title: string; file: string; csv: () => string }) {
  return (
    <div class="report-head">
      <h2 id={props.id}>{props.title}</h2>
      <Button
        kind="bare"
        size="desk"
        icon="download"
        aria-describedby={props.id}
        onClick={() => saveFile(`${props.file}.csv`, 'text/csv', props.csv())}
      >
        {r('save.csv')}
      </Button>
    </div>
  )
}
