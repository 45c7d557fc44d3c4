import { describe, expect, test } from 'vitest'
import { fc } from '../../../test/support/random.ts'
import { Refusal } from '../../base/refusal.ts'
import { cleanRtpParameters } from '../verbs/clean.ts'
import { chromiumOffer, chromiumWatch, gstreamerOffer, obsLayers, obsOffer } from './examples.ts'
import { answerToPlayer, ours, thrownBy } from './fixture.ts'
import { readFragment } from './fragment.ts'
import { readPublication } from './publish.ts'
import { writeAnswer } from './write.ts'

/** Whatever it is made of: it is read, or it is refused; nothing else is thrown, and nothing leaks. */
describe('malformed', () => {
  const examples = [obsOffer(), obsOffer(obsLayers), chromiumOffer, chromiumWatch, gstreamerOffer]
  const read = (text: string): void => {
    try {
      const { offer, tracks } = readPublication(text)
      const answers = tracks.map(({ answer }) => answer)
      checkLines(writeAnswer(offer, answers, ours))
      for (const { kind, rtpParameters } of tracks) cleanRtpParameters(kind, rtpParameters)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
  const watch = (text: string): void => {
    try {
      checkLines(answerToPlayer(text))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }

  test('lines left out, doubled, moved, cut and mixed', () => {
    const line = fc.constantFrom(...examples.flatMap((text) => text.split('\r\n')))
    const edit = fc.record({
      at: fc.nat(200),
      what: fc.constantFrom('drop', 'double', 'swap', 'cut', 'insert'),
      line,
      n: fc.nat(60),
    })
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.array(edit, { maxLength: 8 }), (text, edits) => {
        const lines = text.split('\r\n')
        for (const { at, what, line: other, n } of edits) {
          const i = at % lines.length
          const mine = lines[i] ?? ''
          if (what === 'drop') lines.splice(i, 1)
          if (what === 'double') lines.splice(i, 0, mine)
          if (what === 'swap') lines.splice(i, 1, other)
          if (what === 'cut') lines.splice(i, 1, mine.slice(0, n))
          if (what === 'insert') lines.splice(i, 0, other)
        }
        read(lines.join('\r\n'))
        watch(lines.join('\r\n'))
      }),
      { numRuns: 800 },
    )
  })

  test('characters of any kind in the place of others', () => {
    const change = fc.record({
      at: fc.nat(10_000),
      text: fc.string({ unit: 'binary', maxLength: 6 }),
    })
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.array(change, { maxLength: 6 }),
        (text, changes) => {
          const changed = changes.reduce((all, { at, text: other }) => {
            const i = at % all.length
            return all.slice(0, i) + other + all.slice(i + other.length)
          }, text)
          read(changed)
          watch(changed)
        },
      ),
      { numRuns: 800 },
    )
  })

  test('anything at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        read(text)
        read(`v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n${text}`)
        thrownBy(() => readFragment(text))
      }),
      { numRuns: 500 },
    )
  })
})

/** Each line of an answer is one of ours, and nothing of an offer has broken out of its place. */
function checkLines(answer: string): void {
  for (const line of answer.split('\r\n').slice(0, -1)) {
    expect(line).toMatch(/^(?:v=0|s=-|t=0 0|[oc]=[\w ./]+|m=[\w ./-]+|a=[\x20-\x7e]+)$/)
  }
}
