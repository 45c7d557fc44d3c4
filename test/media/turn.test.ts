import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasCoturn, openCoturn, turnSecret } from '../support/coturn.ts'
import { type Encoder, encode } from '../support/rtc.ts'
import { Scene } from './scene.ts'

/** coturn as README tells to run it, for those whose network lets no media through. */

const asker = '/usr/bin/turnutils_uclient'
const run = promisify(execFile)

type IceServer = { urls: string; username: string; credential: string }

describe.skipIf(!hasCoturn)('coturn', () => {
  let scene: Scene
  let turn: Awaited<ReturnType<typeof openCoturn>>
  let encoder: Encoder | undefined

  beforeAll(async () => {
    turn = await openCoturn()
    scene = await Scene.open({
      MEDIA_WORKERS: '1',
      ICE_SERVERS: JSON.stringify([{ urls: `turn:127.0.0.1:${turn.port}?transport=udp` }]),
      TURN_SECRET: turnSecret,
    })
  }, 60_000)
  afterEach(async () => {
    await encoder?.close()
    await scene.studio.leave()
  })
  afterAll(async () => {
    await scene.close()
    await turn.close()
  })

  async function iceServer(showId: string): Promise<IceServer> {
    const line = await scene.house.socket(await scene.house.guest())
    const { iceServers } = await line.ask<{ iceServers: IceServer[] }>('media:capabilities', {
      showId,
    })
    return iceServers[0] as IceServer
  }

  /** coturn's own client: allocates, sends to an echo through the relay, counts what comes back. */
  const ask = (username: string, password: string) =>
    run(
      asker,
      ['-y', '-n', '5', '-p', String(turn.port), '-u', username, '-w', password, '127.0.0.1'],
      {
        timeout: 20_000,
      },
    )

  test('takes the credentials that every viewer gets, and no others', async () => {
    const { showId } = await scene.show()
    const { username, credential } = await iceServer(showId)
    expect(Number(username.split(':')[0]) * 1_000).toBeGreaterThan(Date.now())
    const { stdout } = await ask(username, credential)
    expect(stdout).toMatch(/tot_recv_msgs=[1-9]/)
    const late = `${Number(username.split(':')[0]) + 86_400}:somebody`
    const refused = await ask(late, credential).then(
      () => 'let in',
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    )
    expect(refused).toMatch(/Cannot complete Allocation|401/)
  }, 60_000)

  test('carries a show to a browser that may use nothing but the relay', async () => {
    const { showId, whip, whep, key } = await scene.show()
    encoder = await encode(whip, { token: key })
    const server = await iceServer(showId)
    const page = await scene.studio.blank('plain')
    const only = JSON.stringify({ iceServers: [server], iceTransportPolicy: 'relay' })
    await page.evaluate(`{
      const Direct = RTCPeerConnection
      RTCPeerConnection = class extends Direct { constructor() { super(${only}) } }
    }`)
    await page.evaluate((url) => globalThis.plain.watch({ url }), whep)
    const sound = async () => (await page.evaluate(() => globalThis.plain.frames())).audio
    await expect.poll(sound, { timeout: 20_000 }).toBeGreaterThan(20)
  }, 60_000)
})
