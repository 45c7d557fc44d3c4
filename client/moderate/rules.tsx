import { useState } from 'preact/hooks'
import type { Room } from '../api/room.ts'
import { Button } from '../ui/button.tsx'
import { Switch } from '../ui/field.tsx'
import { slow } from './deeds.ts'
import type { Desk } from './desk.ts'
import { WordsSheet } from './own-words.tsx'
import { t } from './words.ts'

const choices = [3, 5, 10, 20, 30, 60, 120]
const usual = 5

/** Chat rules act at once; the log says so. */
export function Rules({ desk, room }: { desk: Desk; room: Room }) {
  const [editing, setEditing] = useState(false)
  const n = desk.words.items.value?.length ?? 0
  return (
    <>
      <header>
        <h2>{t('rules')}</h2>
      </header>
      <div class="rules">
        <SlowMode desk={desk} seconds={room.show.slowSeconds} />
        <div class="mode">
          <span>
            {t('words')}
            <small>{n === 0 ? t('words.none') : t('words.n', { n })}</small>
          </span>
          <Button kind="quiet-btn" size="desk" onClick={() => setEditing(true)}>
            {t('words.edit')}
          </Button>
        </div>
      </div>
      {editing && <WordsSheet desk={desk} onClose={() => setEditing(false)} />}
    </>
  )
}

function SlowMode({ desk, seconds }: { desk: Desk; seconds: number }) {
  const [last, setLast] = useState(seconds > 0 ? seconds : usual)
  const on = seconds > 0
  const values =
    choices.includes(seconds) || !on ? choices : [...choices, seconds].toSorted((a, b) => a - b)
  return (
    <div class="mode">
      <span>
        {t('slow')}
        {on ? (
          <small class="slow-row">
            {t('slow.in')}{' '}
            <select
              class="val"
              aria-label={t('slow.seconds')}
              value={seconds}
              onChange={(event) => {
                const value = Number(event.currentTarget.value)
                setLast(value)
                void slow(desk, value)
              }}
            >
              {values.map((value) => (
                <option key={value} value={value}>
                  {t('s', { n: value })}
                </option>
              ))}
            </select>
          </small>
        ) : (
          <small>{t('slow.off')}</small>
        )}
      </span>
      <Switch label={t('slow')} on={on} onChange={(next) => slow(desk, next ? last : 0)} />
    </div>
  )
}
