import { openDoors } from './app/doors.ts'
import { openEars } from './app/ears.ts'
import { type Given, openFloor } from './app/floor.ts'
import { openLater } from './app/later.ts'
import { openRooms } from './app/rooms.ts'
import type { Config } from './config.ts'

export type { Given }
export type App = Awaited<ReturnType<typeof createApp>>

/**
 * Builds the whole house, bottom up: floor, rooms, doors, ears. Only the files of app/ know every
 * room. What was opened is closed in the opposite order, also when a step of building throws.
 */
export async function createApp(config: Config, given: Given = {}) {
  await using building = new AsyncDisposableStack()
  const floor = openFloor(config, given, building)
  const rooms = await openRooms(floor, building)
  const doors = await openDoors(floor, rooms, building)
  openEars(floor, rooms, doors)
  openLater(floor, rooms, doors, building)
  const built = building.move() // from here the caller closes it
  return { ...doors, floor, rooms, close: () => built.disposeAsync() }
}
