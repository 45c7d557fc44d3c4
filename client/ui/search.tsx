import { Icon } from './icon.tsx'

/** Narrows a list while somebody types. `label` is what is searched, for those who hear the page. */
export function Search(props: {
  label: string
  hint: string
  value: string
  onChange: (value: string) => void
  class?: string
}) {
  return (
    <label class={props.class ?? 'search'}>
      <span class="sr">{props.label}</span>
      <Icon name="search" size="md" />
      <input
        class="input desk"
        type="search"
        placeholder={props.hint}
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
    </label>
  )
}
