import { useId } from 'preact/hooks'
import { countries, countryName } from '../../pay/countries.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { locale } from '../../ui/money.ts'
import { g } from '../goods/words-goods.ts'

/** The countries a shop sends to; none chosen means all of them. */
export function Countries(props: { codes: string[]; onChange: (codes: string[]) => void }) {
  const { codes, onChange } = props
  const id = useId()
  const named = codes
    .map((code) => ({ code, name: countryName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name, locale))
  return (
    <div class="countries">
      {named.length === 0 ? (
        <p class="small">{g('countries.all')}</p>
      ) : (
        <ul class="chips" aria-label={g('countries.count', { n: named.length })}>
          {named.map(({ code, name }) => (
            <li key={code}>
              <button
                type="button"
                aria-label={g('countries.remove', { name })}
                onClick={() => onChange(codes.filter((one) => one !== code))}
              >
                {name}
                <Icon name="close" size="sm" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="row">
        <label class="sr" for={id}>
          {g('countries.add')}
        </label>
        <select
          id={id}
          class="input desk"
          value=""
          onChange={(event) => {
            const code = event.currentTarget.value
            event.currentTarget.value = ''
            if (code !== '') onChange([...codes, code])
          }}
        >
          <option value="">{g('countries.add')}</option>
          {countries()
            .filter(({ code }) => !codes.includes(code))
            .map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
        </select>
        {codes.length > 0 && (
          <Button kind="bare" size="desk" onClick={() => onChange([])}>
            {g('countries.clear')}
          </Button>
        )}
      </div>
    </div>
  )
}
