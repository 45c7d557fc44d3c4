import type { Page } from 'playwright-core'
import { type House, openHouse, type Person } from '../support/house.ts'
import { mediaPort } from '../support/media-port.ts'
import { openStudio, type Studio } from './browser.ts'

/** A house with media workers, its host, and Chromium to enter it with: what most stories here begin with. */
export class Scene {
  readonly studio: Studio
  readonly house: House
  readonly host: Person

  static async open(settings: Record<string, string> = {}): Promise<Scene> {
    const studio = await openStudio()
    const house = await openHouse({
      PUBLIC_URL: studio.origin,
      MEDIA_WORKERS: '2',
      MEDIA_PORT: String(mediaPort),
      ...settings,
    })
    return new Scene({ studio, house, host: await house.signUp('Marta') })
  }

  private constructor(made: Pick<Scene, 'studio' | 'house' | 'host'>) {
    this.studio = made.studio
    this.house = made.house
    this.host = made.host
  }

  /** A show that was started, and where others' encoders and players find it. */
  async show(): Promise<{ showId: string; whip: string; whep: string; key: string }> {
    const { post } = this.house.as(this.host)
    const { id } = await post<{ id: string }>('/shows', { title: 'Kiln opening', lineup: [] })
    await post(`/shows/${id}/start`)
    const { key } = await post<{ key: string }>(`/shows/${id}/stream-key`)
    const at = `${this.house.url}/api/v1`
    return { showId: id, whip: `${at}/whip/${id}`, whep: `${at}/whep/${id}`, key }
  }

  /** Somebody's page in a show, with our own client. */
  async enter(showId: string, { token }: Person): Promise<Page> {
    const page = await this.studio.blank()
    await page.evaluate(([at, show]) => globalThis.media.enter(at, show), [
      { url: this.house.url, token },
      showId,
    ] as const)
    return page
  }

  /** The host's page, which sends. */
  async goLive(showId: string): Promise<Page> {
    const page = await this.enter(showId, this.host)
    await page.evaluate((show) => globalThis.media.host(show), showId)
    return page
  }

  async close(): Promise<void> {
    await this.studio.close()
    await this.house.close()
  }
}
