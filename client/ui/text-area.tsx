import { FieldError } from './field.tsx'
import { useOwnId } from './own-id.ts'

/** A field of several lines. */
export function TextArea(props: {
  label: string
  value: string
  help?: string
  error?: string | undefined
  rows: number
  placeholder?: string
  onInput: (value: string) => void
}) {
  const id = useOwnId()
  const described = props.error !== undefined ? `${id}e` : props.help && `${id}h`
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <textarea
        id={id}
        class="input"
        rows={props.rows}
        style={{ '--rows': props.rows }}
        value={props.value}
        placeholder={props.placeholder}
        aria-invalid={props.error === undefined ? undefined : true}
        aria-describedby={described}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      {props.help !== undefined && props.error === undefined && (
        <span class="help" id={`${id}h`}>
          {props.help}
        </span>
      )}
      {props.error !== undefined && <FieldError id={`${id}e`}>{props.error}</FieldError>}
    </div>
  )
}
