import type { Shows } from './shows.ts'
import { pictureMs } from './store.ts'

export const showsAreOver = `exists (
  select from shows where status = 'interrupted' and interrupted_at < now() - interval '2 hours')`
export const picturesAreLost = `exists (
  select from show_media where producers <> '[]' and changed_at < now() - interval '${pictureMs} ms')`

export const remindersAreDue = 'exists (select from shows where tell_at <= now())'

/** Writes to those who asked to be told of a show. */
export const tellReminded = (shows: Pick<Shows, 'tellReminded'>) => shows.tellReminded()

/** Ends shows whose picture has been away for two hours. */
export const endLeftShows = (shows: Pick<Shows, 'sweep'>) => shows.sweep()
