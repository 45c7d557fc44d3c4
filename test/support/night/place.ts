import type { Person } from '../house.ts'

/** Where people come: the processes of a night, or one house under test. */
export type Place = {
  webs: readonly { url: string }[]
  web(index: number): { url: string }
  /** People with sessions. */
  people(count: number): Promise<Person[]>
}
