/** The smaller build of hls.js has what we need, and says nothing of its types. */
declare module 'hls.js/light' {
  export { default, ErrorTypes, Events } from 'hls.js'
}
