import { ortc } from 'mediasoup'
import { parse } from 'sdp-transform'
import { describe, expect, test } from 'vitest'
import { cleanDtlsParameters, cleanRtpParameters } from '../verbs/clean.ts'
import { chromiumOffer, chromiumWatch, gstreamerOffer, obsLayers, obsOffer } from './examples.ts'
import { answerTo, answerToPlayer, caps, ours, sent, thrownBy } from './fixture.ts'
import { readFragment } from './fragment.ts'
import { inRisingOrder, readPublication } from './publish.ts'
import { readReception } from './watch.ts'
import { writeFragment } from './write.ts'

describe('an encoder', () => {
  test.each([
    ['OBS', obsOffer(), ['audio/opus', 'video/H264'], [[{ ssrc: 3001 }], [{ ssrc: 3002 }]]],
    [
      'OBS with layers, the full one first',
      obsOffer(obsLayers),
      ['audio/opus', 'video/H264'],
      [[{ ssrc: 3001 }], [{ rid: '2' }, { rid: '1' }, { rid: '0' }]],
    ],
    [
      'Chromium with layers by the names of the WebRTC specification',
      chromiumOffer,
      ['audio/opus', 'video/VP8'],
      [[{ ssrc: 249888525 }], [{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }]],
    ],
    ['GStreamer', gstreamerOffer, ['video/VP8', 'audio/opus'], [[{ ssrc: 2 }], [{ ssrc: 1 }]]],
  ])('%s is understood, and mediasoup takes it', (_who, text, mimeTypes, encodings) => {
    const { offer, tracks } = readPublication(text)
    expect(tracks.map(({ rtpParameters }) => rtpParameters.codecs[0]?.mimeType)).toEqual(mimeTypes)
    expect(tracks.map(({ rtpParameters }) => rtpParameters.encodings)).toEqual(encodings)
    for (const { kind, rtpParameters } of tracks) {
      const clean = cleanRtpParameters(kind, rtpParameters)
      ortc.validateAndNormalizeRtpParameters(clean)
      expect(ortc.getProducerRtpParametersMapping(clean, caps).codecs.length).toBeGreaterThan(0)
    }
    cleanDtlsParameters({ role: 'client', fingerprints: offer.fingerprints })
  })

  test('gets an answer with everything in it: it will not hear of candidates later', () => {
    const answer = parse(answerTo(obsOffer(obsLayers)))
    expect(answer).toMatchObject({ icelite: 'ice-lite', groups: [{ type: 'BUNDLE', mids: '0 1' }] })
    expect(
      answer.media.map(({ direction, setup, iceUfrag }) => [direction, setup, iceUfrag]),
    ).toEqual(Array.from({ length: 2 }, () => ['recvonly', 'passive', 'ourufrag']))
    for (const media of answer.media) {
      expect(media.candidates?.map(({ transport, ip, port }) => [transport, ip, port])).toEqual([
        ['udp', '192.0.2.1', 40_000],
        ['tcp', '192.0.2.1', 40_000],
      ])
      expect(media).toMatchObject({
        endOfCandidates: 'end-of-candidates',
        rtcpMux: 'rtcp-mux',
        fingerprint: { type: 'sha-256', hash: 'AB:CD' },
      })
    }
    const [audio, video] = answer.media
    expect(audio?.rtp).toEqual([{ payload: 111, codec: 'opus', rate: 48_000, encoding: 2 }])
    expect(audio?.fmtp[0]?.config).toBe('useinbandfec=1;stereo=1;sprop-stereo=1')
    expect(video?.rtp).toEqual([{ payload: 96, codec: 'H264', rate: 90_000 }])
    expect(video?.fmtp[0]?.config).toContain('profile-level-id=42e01f')
    expect(video?.rids?.map(({ id, direction }) => [id, direction])).toEqual([
      [0, 'recv'],
      [1, 'recv'],
      [2, 'recv'],
    ])
    expect(video?.simulcast).toEqual({ dir1: 'recv', list1: '0;1;2' })
  })

  test('is answered with the numbers and the extensions that it gave itself', () => {
    const [audio, video] = parse(answerTo(chromiumOffer)).media
    expect([audio?.payloads, video?.payloads]).toEqual([111, '96 97'])
    expect(video?.ext?.map(({ value, uri }) => `${value} ${uri.replace(/^.*[:/]/, '')}`)).toEqual([
      '2 abs-send-time',
      '13 video-orientation',
      '3 draft-holmer-rmcat-transport-wide-cc-extensions-01',
      '4 mid',
      '10 rtp-stream-id',
      '11 repaired-rtp-stream-id',
    ])
  })

  test('that prefers H.264 sends H.264: the first codec in common is taken', () => {
    const preferring = chromiumOffer.replace('SAVPF 96 97 102', 'SAVPF 108 109 96 97 102')
    const numbers = preferring.replace(/( 108 109.*?) 108 109/, '$1')
    const { tracks } = readPublication(numbers)
    expect(
      tracks[1]?.rtpParameters.codecs.map(({ mimeType, payloadType }) => [mimeType, payloadType]),
    ).toEqual([
      ['video/H264', 108],
      ['video/rtx', 109],
    ])
  })

  test('may bring a data channel along, which is turned down', () => {
    const channel =
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\na=sctp-port:5000\r\n'
    const answer = answerTo(obsOffer().replace('BUNDLE 0 1', 'BUNDLE 0 1 2') + channel)
    expect(answer).toContain('m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n')
    expect(parse(answer).groups?.[0]?.mids).toBe('0 1')
  })

  test.each([
    [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
    ],
    [
      ['h', 'f'],
      ['h', 'f'],
    ],
    [
      ['h', 'm', 'l'],
      ['l', 'm', 'h'],
    ],
    [
      ['high', 'low'],
      ['low', 'high'],
    ],
  ])('layers %j are, from small to large, %j', (given, rising) => {
    expect(inRisingOrder(given)).toEqual(rising)
  })
})

describe('a player', () => {
  test('keeps its own numbers, for both kinds of picture', () => {
    const { numbers, places } = readReception(chromiumWatch, sent)
    expect(numbers).toEqual({ opus: 111, vp8: 96, h264: 108 })
    expect(places.map(({ kind, mid }) => [kind, mid])).toEqual([
      ['audio', '0'],
      ['video', '1'],
    ])
    const answer = parse(answerToPlayer(chromiumWatch))
    expect(answer.media.map(({ direction, payloads }) => [direction, payloads])).toEqual([
      ['sendonly', 111],
      ['sendonly', '96 108'],
    ])
  })

  test('hears only of extensions that it numbers as our packets do', () => {
    expect(answerToPlayer(chromiumWatch)).not.toContain('a=extmap:')
    const alike = chromiumWatch
      .replaceAll(/a=extmap:\d+ (?=.*abs-send-time)/g, 'a=extmap:4 ')
      .replaceAll(/a=extmap:4 (?=.*:mid)/g, 'a=extmap:15 ')
    expect(answerToPlayer(alike)).toContain(
      'a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
    )
  })

  test('that takes sound alone gets sound alone', () => {
    const audio = chromiumWatch.replace(/(m=video .*)recvonly/s, '$1inactive')
    const [, video] = parse(answerToPlayer(audio)).media
    expect(video).toMatchObject({ port: 0, direction: 'inactive' })
  })
})

describe('PATCH', () => {
  test('tells a restart from candidates', () => {
    expect(readFragment('a=ice-ufrag:abcd\r\na=ice-pwd:x\r\n')).toBe('abcd')
    expect(
      readFragment('m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 1 udp 1 ::1 9 typ host\r\n'),
    ).toBe(undefined)
  })

  test('answers a restart with new credentials and all candidates', () => {
    const text = writeFragment({ kind: 'audio', mid: '0' }, ours)
    expect(text).toMatch(/a=mid:0\r\na=ice-ufrag:ourufrag\r\na=ice-pwd:\w+\r\na=candidate:/)
  })
})

const without = (line: RegExp) =>
  obsOffer().replaceAll(new RegExp(`${line.source}.*\\r\\n`, 'g'), '')
const oneLine = (line: string) => obsOffer().replace('a=mid:1\r\n', `a=mid:1\r\n${line}\r\n`)
const many = (n: number, line: (i: number) => string) =>
  Array.from({ length: n }, (_, i) => line(i)).join('\r\n')

describe('refused', () => {
  test.each([
    ['nothing', '', '/'],
    ['what is no SDP', 'GET / HTTP/1.1', '/'],
    ['a session without sections', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', '/media'],
    ['1,000 sections', obsOffer() + many(1_000, () => 'm=audio 9 RTP/AVP 0'), '/'],
    ['5 sections', obsOffer() + many(3, () => 'm=audio 9 RTP/AVP 0'), '/media'],
    ['two pictures', obsOffer().replace('m=audio', 'm=video'), '/media'],
    ['no fingerprint', without(/a=fingerprint/), '/fingerprint'],
    ['no ICE user name', without(/a=ice-ufrag/), '/ice-ufrag'],
    ['no ICE password', without(/a=ice-pwd/), '/ice-pwd'],
    ['a short ICE password', obsOffer().replace(/a=ice-pwd:.*/, 'a=ice-pwd:x'), '/ice-pwd'],
    ['two ICE user names', oneLine('a=ice-ufrag:other'), '/iceUfrag'],
    ['who wants us to call', obsOffer().replace('setup:actpass', 'setup:passive'), '/setup'],
    ['no bundle', without(/a=group:BUNDLE/), '/group'],
    ['a mid twice', obsOffer().replace('a=mid:1', 'a=mid:0'), '/media'],
    ['no mid', without(/a=mid/), '/media/0/mid'],
    ['RTP and RTCP apart', without(/a=rtcp-mux/), '/media/0/rtcp-mux'],
    ['RTP in the clear', obsOffer().replaceAll('UDP/TLS/RTP/SAVPF', 'RTP/AVP'), '/media/0'],
    ['a mid that is a sentence', obsOffer().replace('a=mid:1', 'a=mid:1&x=<b>'), '/media/1/mid'],
    ['H.265', obsOffer().replace('H264', 'H265'), '/media/1'],
    ['another profile', obsOffer().replace('42e01f', '640028'), '/media/1'],
    ['a profile that is one in words only', obsOffer().replace('42e01f', '4200'), '/media/1'],
    ['another packetization', obsOffer().replace('mode=1', 'mode=0'), '/media/1'],
    ['sound in 8 kHz', obsOffer().replace('opus/48000/2', 'opus/8000'), '/media/0'],
    ['who only listens', obsOffer().replaceAll('sendonly', 'recvonly'), '/media'],
    [
      'four layers',
      obsOffer([...obsLayers, 'a=rid:3 send']).replace('0;1;2', '0;1;2;3'),
      '/media/1/simulcast',
    ],
    ['layers that nobody named', obsOffer(['a=simulcast:send 0;1']), '/media/1/simulcast'],
    [
      'layers that nothing tells apart',
      obsOffer(obsLayers.filter((l) => !/stream-id/.test(l))),
      '/media/1/extmap',
    ],
    ['a payload type of RTCP', obsOffer().replaceAll(/\b96\b/g, '72'), '/media/1/rtpmap'],
    ['a payload type twice', oneLine('a=rtpmap:96 VP8/90000'), '/media/1/rtpmap'],
    ['an extension id twice', oneLine(many(2, () => 'a=extmap:1 urn:x')), '/media/1/extmap'],
    ['a NUL', oneLine('a=x\u0000'), '/'],
    ['a lone line feed in the middle', oneLine('a=x\ry'), '/'],
    ['a line of 3,000 characters', oneLine(`a=${'x'.repeat(3_000)}`), '/'],
    ['2,000 lines', oneLine(many(2_000, () => 'a=x')), '/'],
    ['a hundred SSRCs', oneLine(many(100, (i) => `a=ssrc:${i + 5} cname:x`)), '/media/1/ssrc'],
  ])('%s, with a pointer', (_what, text, pointer) => {
    const refusal = thrownBy(() => readPublication(text))
    expect(refusal).toMatchObject({ code: 'VALIDATION', errors: [{ pointer }] })
  })

  test('more than 64 KB, unread', () => {
    expect(
      thrownBy(() => readPublication(`${obsOffer()}${'a=x\r\n'.repeat(1 << 18)}`)),
    ).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    })
    expect(thrownBy(() => readFragment('a=x\r\n'.repeat(1 << 12)))).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    })
  })

  test('a player with nothing in common, or one number for two codecs', () => {
    const nothing = chromiumWatch.replaceAll(/VP8|H264|opus/g, 'AV1')
    expect(thrownBy(() => readReception(nothing, sent))).toMatchObject({ code: 'VALIDATION' })
    const twice = chromiumWatch.replaceAll(/(fb|rtpmap|fmtp):111|(SAVPF) 111/g, (found) =>
      found.replace('111', '96'),
    )
    expect(thrownBy(() => readReception(twice, sent))).toMatchObject({ code: 'VALIDATION' })
  })
})

test('addresses that an offer names are neither called nor repeated', () => {
  const evil = oneLine('a=candidate:9 1 udp 1 169.254.169.254 80 typ host')
  expect(answerTo(evil)).not.toContain('169.254')
})

test('reading the worst that the limits allow takes no time worth naming', () => {
  const worst = oneLine(
    many(
      900,
      (i) => `a=${['fmtp:96 ', 'rid:', 'simulcast:send ', 'ssrc:1 '][i % 4]}${'x;'.repeat(22)}`,
    ),
  )
  const before = performance.now()
  expect(thrownBy(() => readPublication(worst))).toMatchObject({ code: 'VALIDATION' })
  expect(performance.now() - before).toBeLessThan(250) // some 10 ms on an idle machine
})
