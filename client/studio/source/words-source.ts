import { speaker } from '../../ui/speak.ts'

/** Why there is no picture of one's own, and the way out. */
const en = {
  refused: 'The browser may not use your camera',
  'refused.help': 'Allow camera and microphone beside the address above, then try again.',
  none: 'No camera here',
  'none.help': 'Plug one in, or begin with the test picture.',
  busy: 'The camera is used by something else',
  'busy.help': 'Close the other program, then try again.',
  insecure: 'A camera needs a safe address',
  'insecure.help': 'Open this page by https, or on the machine itself by localhost.',
  unable: 'This browser cannot send a picture',
  'unable.help':
    'Send it from OBS or another encoder, or open the studio in Chrome, Edge, Firefox or Safari.',
  'unable.see': 'This browser cannot show the picture of an encoder. Your viewers see it.',
}

export const t = speaker(en)
