import { ortc } from 'mediasoup'
import { Refusal } from '../../base/refusal.ts'
import { codecs } from '../streams/router.ts'
import { readPublication } from './publish.ts'
import { readReception } from './watch.ts'
import { writeAnswer } from './write.ts'

/** For the tests of SDP: our side of an answer, and both ways to make one. */

export const ours = {
  iceParameters: {
    usernameFragment: 'ourufrag',
    password: 'ourpasswordourpassword',
    iceLite: true,
  },
  iceCandidates: [
    {
      foundation: 'udpcandidate',
      priority: 2,
      address: '192.0.2.1',
      ip: '192.0.2.1',
      protocol: 'udp' as const,
      port: 40_000,
      type: 'host' as const,
    },
    {
      foundation: 'tcpcandidate',
      priority: 1,
      address: '192.0.2.1',
      ip: '192.0.2.1',
      protocol: 'tcp' as const,
      port: 40_000,
      type: 'host' as const,
      tcpType: 'passive' as const,
    },
  ],
  dtlsParameters: {
    role: 'auto' as const,
    fingerprints: [
      { algorithm: 'sha-1' as const, value: '00' },
      { algorithm: 'sha-256' as const, value: 'AB:CD' },
    ],
  },
}

export const caps = ortc.generateRouterRtpCapabilities(codecs)
export const sent = (caps.headerExtensions ?? []).map(({ kind, uri, preferredId }) => ({
  kind: kind as 'audio' | 'video',
  uri,
  id: preferredId,
}))

export const answerTo = (text: string) => {
  const { offer, tracks } = readPublication(text)
  return writeAnswer(
    offer,
    tracks.map(({ answer }) => answer),
    ours,
  )
}
export const answerToPlayer = (text: string) => {
  const { offer, places } = readReception(text, sent)
  return writeAnswer(
    offer,
    places.map(({ answer }) => answer),
    ours,
  )
}

/** The refusal, if it was one; anything else is thrown on. */
export function thrownBy(work: () => unknown): Refusal | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}
