import { speaker } from './speak.ts'

/** Words below a list that goes on. */
const en = {
  more: 'Show more',
  came: { one: '{n} more is shown', other: '{n} more are shown' },
}

export const m = speaker(en)
