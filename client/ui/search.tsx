import { useLayoutEffect, useRef } from 'preact/hooks'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { t } from './words.ts'

/** Narrows a list while somebody types. `label` is what is searched, for those who hear the page. */
export function Search(props: {
  label: string
  hint: string
  value: string
  onChange: (value: string) => void
  class?: string
  /** It appeared because somebody wants to write in it. */
  focused?: boolean
}) {
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    if (props.focused) field.current?.focus()
  }, [])
  return (
    <label class={props.class ?? 'search'}>
      <span class="sr">{props.label}</span>
      <Icon name="search" size="md" />
      <input
        ref={field}
        class="input desk"
        type="search"
        placeholder={props.hint}
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
    </label>
  )
}

/** The way back from a search that found nothing. */
export function ClearSearch({ clear }: { clear: () => void }) {
  return (
    <Button kind="quiet-btn" size="desk" onClick={clear}>
      {t('list.clear')}
    </Button>
  )
}
