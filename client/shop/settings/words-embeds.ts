import { speaker } from '../../ui/speak.ts'

/** The words of where shows may be shown. */
export const e = speaker({
  title: 'Where your shows may be shown',
  help: 'Pages of yours and of others that may have a show of yours in them. Elsewhere it opens in a window of its own.',
  none: 'No page yet.',
  add: 'Add a page',
  page: 'Page',
  'page.hint': 'https://shop.example',
  'page.wrong': 'Write only the beginning of the address, like https://shop.example',
  which: 'Shows',
  all: 'All of mine',
  row: 'Page {n}',
  remove: 'Remove {page}',
  signed: 'Only with a signed token',
  'signed.help': 'Your server signs each view, for an hour at most.',
  save: 'Save pages',
  saving: 'Saving',
  saved: '**Saved.** It holds for every page that is opened from now on.',
  'secret.title': 'Secret for tokens',
  'secret.help': 'Your server signs with it. Shown this once; a new one ends the one before.',
  'secret.make': 'Make a secret',
  'secret.again': 'Make a new secret',
  'secret.making': 'Making',
  'secret.since': 'made {when}',
  failed: 'The list of pages did not load',
})
