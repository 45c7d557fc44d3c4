let pc
let session

/** A canvas that moves and a tone, in the codec and the layers wanted. */
function tracks() {
  const canvas = document.querySelector('canvas')
  const pen = canvas.getContext('2d')
  let frame = 0
  setInterval(() => {
    frame += 1
    pen.fillStyle = `hsl(${(frame * 7) % 360} 80% 50%)`
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.fillStyle = 'white'
    pen.fillRect((frame * 9) % canvas.width, 100, 80, 80)
  }, 50)
  const audio = new AudioContext()
  const tone = audio.createOscillator()
  const out = audio.createMediaStreamDestination()
  tone.connect(out)
  tone.start()
  return [out.stream.getAudioTracks()[0], canvas.captureStream(20).getVideoTracks()[0]]
}

async function call({ url, token }) {
  await pc.setLocalDescription()
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/sdp',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: pc.localDescription.sdp,
  })
  const sdp = await answer.text()
  if (answer.status !== 201) throw new Error(`${answer.status} ${sdp}`)
  session = {
    url: new URL(answer.headers.get('location'), url).href,
    etag: answer.headers.get('etag'),
    token,
  }
  await pc.setRemoteDescription({ type: 'answer', sdp })
  await up()
}

/** Until ICE and DTLS are through. */
function up() {
  return new Promise((resolve) => {
    const look = () => {
      if (pc.connectionState === 'connected') resolve()
    }
    pc.addEventListener('connectionstatechange', look)
    look()
  })
}

/** Until what flows does so by a pair of candidates with this name. */
async function goesBy(ufrag) {
  for (;;) {
    const stats = await pc.getStats()
    const { selectedCandidatePairId } = [...stats.values()].find(({ type }) => type === 'transport')
    const { localCandidateId, state } = stats.get(selectedCandidatePairId) ?? {}
    const { usernameFragment } = stats.get(localCandidateId) ?? {}
    if (usernameFragment === ufrag && state === 'succeeded') return
    await new Promise(requestAnimationFrame)
  }
}

const ask = (method, more = {}) =>
  fetch(session.url, {
    method,
    ...more,
    headers: {
      ...(session.token && { authorization: `Bearer ${session.token}` }),
      ...more.headers,
    },
  })

globalThis.plain = {
  async publish(to, { codec, layers = [] }) {
    const [audio, video] = tracks()
    pc = new RTCPeerConnection()
    pc.addTransceiver(audio, { direction: 'sendonly' })
    const sendEncodings = layers.map((rid, i) => ({ rid, scaleResolutionDownBy: 2 ** i }))
    const sender = pc.addTransceiver(video, { direction: 'sendonly', sendEncodings })
    const { codecs } = RTCRtpSender.getCapabilities('video')
    const wanted = ({ mimeType }) => mimeType === `video/${codec}`
    sender.setCodecPreferences([...codecs.filter(wanted), ...codecs.filter((c) => !wanted(c))])
    await call(to)
  },

  async watch(from) {
    pc = new RTCPeerConnection()
    const stream = new MediaStream()
    document.querySelector('video').srcObject = stream
    pc.ontrack = ({ track }) => stream.addTrack(track)
    pc.addTransceiver('audio', { direction: 'recvonly' })
    pc.addTransceiver('video', { direction: 'recvonly' })
    await call(from)
  },

  /** RFC 9725, 4.3.2: new credentials go, new credentials come; the rest of the answer stays. */
  async restart() {
    await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }))
    const lines = pc.localDescription.sdp.split('\r\n')
    const ours = lines.filter((line) => /^a=ice-(ufrag|pwd):/.test(line)).slice(0, 2)
    const answer = await ask('PATCH', {
      headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' },
      body: `${ours.join('\r\n')}\r\n`,
    })
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
    const theirs = await answer.text()
    const [ufrag] = /a=ice-ufrag:.*/.exec(theirs)
    const [pwd] = /a=ice-pwd:.*/.exec(theirs)
    const sdp = pc.remoteDescription.sdp
      .replaceAll(/a=ice-ufrag:.*/g, ufrag.trim())
      .replaceAll(/a=ice-pwd:.*/g, pwd.trim())
    await pc.setRemoteDescription({ type: 'answer', sdp })
    await goesBy(/ufrag:(.*)/.exec(ours[0])[1])
  },

  async stop() {
    pc.close()
    return (await ask('DELETE')).status
  },

  async frames() {
    const stats = [...(await pc.getStats()).values()]
    const inbound = (kind) =>
      stats.findLast((one) => one.type === 'inbound-rtp' && one.kind === kind) ?? {}
    const { framesDecoded = 0, frameWidth = 0, codecId } = inbound('video')
    const codec = stats.find(({ id }) => id === codecId)?.mimeType.replace('video/', '') ?? ''
    const { packetsReceived = 0 } = inbound('audio')
    return { decoded: framesDecoded, width: frameWidth, codec, audio: packetsReceived }
  },
}
