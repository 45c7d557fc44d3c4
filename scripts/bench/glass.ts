import { buildClient } from '../dev/client.ts'
import type { Asked } from './arguments.ts'
import { goLive, lookThrough, openBrowser, settle, Viewer } from './glass/browser.ts'
import { setStage, startHouse } from './house.ts'
import { openServers, startWorker } from './processes.ts'
import { Figures, judge, machine, percentile, type Report, type Target, Void } from './report.ts'

const crowd = 200
/** What the host's camera draws (`glass/host.js`). */
const fullWidth = 640
/** Of all frames, this share may be unreadable: a change of layers in the middle of a picture. */
const unreadMax = 0.02

/**
 * The studio and the show's page, each as people have it open in Chromium: the host's camera draws the
 * time, and the viewer's page reads it from each frame it shows. Alone, then beside a crowd with SRTP.
 */
export async function benchGlass(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [settleMs, seconds, visits, runs] = asked.quick ? [8_000, 4, 3, 3] : [40_000, 15, 10, 3]
  await buildClient()
  const house = await startHouse(await openServers(open), open, { media: true })
  const { showId, host, people } = await setStage(house, crowd + 1, { live: false })
  const [first = '', ...others] = people
  const browser = await openBrowser()
  open.defer(() => browser.close())
  await goLive(browser, { url: house.url, token: host, showId })
  const viewer = await Viewer.open(browser, { url: house.url, token: first, showId })
  const audience = startWorker('./media/audience.ts')
  open.defer(() => audience.stop())
  await audience.ask({ do: 'visit', where: { url: house.url, showId, host, people: others } })
  // For the cache alone: a page that stays open decodes and reads every frame beside those that are measured.
  await (await viewer.enter()).page.close()

  const figures = new Figures()
  for (let run = 0; run < runs; run += 1) {
    for (const [name, many] of [
      ['alone', 0],
      [beside, crowd],
    ] as const) {
      await audience.ask({ do: 'grow', to: many })
      await visit(figures, name, viewer, { settleMs, seconds, visits })
      await audience.ask({ do: 'shrink' })
      process.stderr.write('.')
    }
  }
  return {
    name: 'glass',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      'Chromium without a window: 640 × 360, 30 frames a second in two sizes, encoded and decoded in software on the same cores.',
      `Measured from when the picture has had the camera’s ${fullWidth} px for 3 s, or after ${settleMs / 1_000} s: \`width\` tells what it was then.`,
      'A frame is shown when the browser says so: the later of its `presentationTime` and its `expectedDisplayTime`. The page is told of it a refresh of the screen later (`from shown to told`); the first results, which had 66 and 82 for p50, counted until then.',
      'Picture and sound wait for each other only where sound would come more than 110 ms after its picture or 30 ms before it, which people begin to notice at 125 and 45 (`client/media/lips.ts`).',
      'The first frame: from the click on a window of the street, which a pointer reaches in 0.3 s, to the first frame shown; page and media code from the cache. A window that the pointer rests on for 50 ms has its picture come up: whoever taps or has no session waits for that after the click.',
      ...figures.unsteady(/p50/),
    ],
  }
}

async function visit(
  figures: Figures,
  name: string,
  viewer: Viewer,
  { settleMs, seconds, visits }: { settleMs: number; seconds: number; visits: number },
): Promise<void> {
  const firsts: number[] = []
  for (let n = 0; n < visits; n += 1) {
    const { page, firstMs } = await viewer.enter()
    firsts.push(firstMs)
    if (n > 0) {
      await page.close()
      continue
    }
    await settle(page, fullWidth, settleMs)
    const { took, told, wrong, width, heldMs, askedMs } = await lookThrough(page, seconds)
    await page.close()
    if (took.length === 0) throw new Void(`${name}: no frame showed the time`)
    if (wrong > unreadMax * took.length) throw new Void(`${name}: ${wrong} frames unreadable`)
    figures.add('ours', `${name}: glass to glass, p50`, 'ms', percentile(took, 0.5))
    figures.add('ours', `${name}: glass to glass, p99`, 'ms', percentile(took, 0.99))
    figures.add('ours', `${name}: from shown to told, p50`, 'ms', percentile(told, 0.5))
    figures.add('ours', `${name}: held in the browser, a frame`, 'ms', heldMs)
    figures.add('ours', `${name}: of that for the picture itself`, 'ms', askedMs)
    figures.add('ours', `${name}: frames`, '/s', took.length / seconds)
    figures.add('ours', `${name}: width`, 'px', width)
  }
  figures.add('ours', `${name}: click to first frame, p50`, 'ms', percentile(firsts, 0.5))
}

const beside = `beside ${crowd} viewers`

function atMost(of: string, to: string, target: number, metric: string): Target {
  return { of, to, target, atMost: true, value: (f) => f.median('ours', metric) }
}

const targets: Target[] = [
  atMost(`${beside}, p50`, 'ms', 40, `${beside}: glass to glass, p50`),
  atMost(`${beside}, p99`, 'ms', 80, `${beside}: glass to glass, p99`),
  atMost('click to first frame, p50', 'ms', 150, 'alone: click to first frame, p50'),
]
