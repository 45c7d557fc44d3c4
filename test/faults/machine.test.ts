import { join } from 'node:path'
import type { Socket } from 'socket.io-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { askSocket, openSocket } from '../support/night/client.ts'
import {
  fill,
  limitFiles,
  makeRoom,
  mayMount,
  memoryGroup,
  openFiles,
  smallDisks,
  wrongClock,
} from '../support/night/machine.ts'
import { notHere } from '../support/night/report.ts'
import { Scene } from '../support/night/scene.ts'
import { startSale } from '../support/night/stage.ts'
import { must, Steps } from '../support/night/steps.ts'
import { lasts, until } from '../support/night/until.ts'
import { Night } from '../support/night.ts'

// What the machine does to a house: it is full, short of files or memory, or has the wrong time.

let night: Night | undefined
let scene: Scene | undefined
beforeEach(() => {
  night = undefined
  scene = undefined
})
afterEach(async () => {
  await scene?.close()
  await night?.close()
})

const storyMs = 300_000

test(
  'the disk of Postgres is full: typed refusals, nothing torn, well again when there is room',
  async () => {
    if (!mayMount('/tmp')) return notHere('F33', 'A full disk', 'mounting is not allowed')
    const prepare: NonNullable<Parameters<typeof Night.open>[0]>['prepare'] = (folder, guard) => {
      expect(smallDisks(folder, guard, { postgres: '260m' })).toBe(true)
    }
    const open = (night = await Night.open({ prepare }))
    const full = (scene = await Scene.open(open))
    await full.inFullSwing()
    const disk = join(open.folder, 'postgres')
    fill(disk)
    const isRefused = async () => {
      fill(disk)
      return (await full.asks()).outcome === 'UNAVAILABLE'
    }
    await until('writes are refused', isRefused, 60_000)
    await lasts(2_000)
    makeRoom(disk)
    // Without room for its log Postgres ends; whoever watches over it starts it again.
    const recoveryMs = await until(
      'it is well again',
      async () => {
        await open.stores.restore()
        return full.decides()
      },
      60_000,
    )
    await full.recovered()
    const how = 'a disk of 260 MB filled to the last page (tmpfs), room again after 2 s'
    const row = { line: 'F33', fault: "Postgres' disk is full", how, recoveryMs }
    expect(await full.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'the disks of Redis and of letters are full: selling goes on, letters follow',
  async () => {
    if (!mayMount('/tmp')) return
    const prepare: NonNullable<Parameters<typeof Night.open>[0]>['prepare'] = (folder, guard) => {
      expect(smallDisks(folder, guard, { redis: '8m', data: '8m' })).toBe(true)
    }
    const open = (night = await Night.open({ prepare }))
    const full = (scene = await Scene.open(open))
    await open.sql`update accounts set email = id || '@example.test' where kind = 'account'`
    const disks = ['redis', 'data'].map((name) => join(open.folder, name))
    for (const disk of disks) fill(disk)
    await full.inFullSwing()
    await until('people have paid', () => full.crowd.count('pay') >= 5, 60_000)
    expect((await open.web(0).readiness()).httpStatus).toBe(200)
    for (const disk of disks) makeRoom(disk)
    const recoveryMs = await full.recovered()
    const how = 'disks of 8 MB filled before anybody comes (tmpfs)'
    const row = { line: 'F33', fault: 'The disks of Redis and letters are full', how, recoveryMs }
    expect(await full.end(row)).toEqual([])
  },
  storyMs,
)

test(
  'a process may open no more files: who is in stays in, who comes is turned away',
  async () => {
    const open = (night = await Night.open({ processes: 2 }))
    const short = (scene = await Scene.open(open, { buyers: 10 }))
    await short.inFullSwing()
    const web = open.web(0)
    if (!limitFiles(web.pid, openFiles(web.pid) + 10)) {
      return notHere('F34', 'No more files', 'prlimit is not there')
    }
    const guests = await open.people(40)
    const sockets: Socket[] = []
    for (const guest of guests) {
      await openSocket(web.url, guest.token).then(
        (socket) => sockets.push(socket),
        () => undefined,
      )
      if (sockets.length + 5 < guests.indexOf(guest)) break
    }
    expect(sockets.length).toBeLessThan(guests.length)
    const inside = short.watchers[0]?.socket as Socket
    expect((await askSocket(inside, 'clock:sync', { t0: 1 })).outcome).toBe('ok')
    for (const socket of sockets) socket.disconnect()
    limitFiles(web.pid, 'unlimited')
    const recoveryMs = await short.recovered(0)
    const how = '`prlimit --nofile` at ten more than it has'
    const row = { line: 'F34', fault: 'No more files', how, recoveryMs }
    expect(await short.end(row, { canary: 'served' })).toEqual([])
  },
  storyMs,
)

test(
  'a process has no memory left and is killed by the kernel: the other serves',
  async () => {
    const open = (night = await Night.open({ processes: 2 }))
    const group = memoryGroup(`vitrine-night-${process.pid}`)
    if (!group) return notHere('F35', 'No memory left', 'no memory cgroup may be made')
    try {
      const short = (scene = await Scene.open(open))
      await short.inFullSwing()
      const web = open.web(0)
      const died = web.ended.then(({ signal }) => ({ signal, at: performance.now() }))
      group.take(web.pid, 6 * 2 ** 20)
      const sockets: Promise<Socket | undefined>[] = []
      const isKilled = async () => {
        if (!web.isRunning) return true
        for (const { token } of await open.people(100))
          sockets.push(openSocket(web.url, token).catch(() => undefined))
        await Promise.all(sockets)
        return false
      }
      await until('it is killed', isKilled, 60_000)
      const { signal, at } = await died
      expect(signal).toBe('SIGKILL')
      for (const socket of await Promise.all(sockets)) socket?.disconnect()
      await web.start()
      await short.recovered(0)
      const recoveryMs = performance.now() - at
      const how = 'a memory cgroup of 6 MB more; killed by the kernel; start included'
      const row = { line: 'F35', fault: 'No memory left', how, recoveryMs }
      expect(await short.end(row, { canary: 'served', startIncluded: true })).toEqual([])
    } finally {
      await open.web(0).kill()
      group.end()
    }
  },
  storyMs,
)

test(
  'the clock of one process is ten minutes ahead: holds, sales and sessions follow the database',
  async () => {
    const wrong = wrongClock(600)
    if (!wrong) return notHere('F20', 'A wrong clock', 'libfaketime is not there')
    const open = (night = await Night.open({
      processes: 2,
      envOf: (index) => (index === 0 ? wrong : {}),
    }))
    const ahead = (scene = await Scene.open(open))
    await ahead.inFullSwing()
    const steps = await Steps.begin(open, 0)
    const held = must(await steps.hold(0))
    const lastsMs = Date.parse(held.expiresAt) - Date.now()
    expect(lastsMs).toBeGreaterThan(200_000)
    expect(lastsMs).toBeLessThan(301_000)
    const { sale } = { sale: await startSale(open.web(0).url, steps.stage, countdown) }
    const opensInMs = Date.parse(sale.startsAt) - Date.now()
    expect(opensInMs).toBeGreaterThan(countdown.countdownMs - 10_000)
    expect(opensInMs).toBeLessThan(countdown.countdownMs + 1_000)
    expect((await steps.hold(1, 'early')).outcome).toBe('SALE_NOT_OPEN')
    expect((await steps.hold(0, 'early-too')).outcome).toBe('SALE_NOT_OPEN')
    const recoveryMs = await ahead.recovered(0)
    const how = 'one of two processes 10 minutes ahead (libfaketime)'
    const row = { line: 'F20', fault: 'A wrong clock', how, recoveryMs }
    expect(await ahead.end(row, { canary: 'served' })).toEqual([])
  },
  storyMs,
)

const countdown = { quantity: 5, countdownMs: 60_000, durationMs: 60_000 }
