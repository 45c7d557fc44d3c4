/** WebKitGTK and browsers in which somebody has turned it off: they neither send nor get a picture by WebRTC. */
export const hasWebRtc = () => typeof RTCPeerConnection !== 'undefined'
