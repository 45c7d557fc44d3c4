/** What an SDP may be; beyond it is a refusal before anything is parsed. */
export const sdpLimits = {
  /** Chromium's longest offer is 8 KB, OBS' is 1 KB. */
  bytes: 64 * 1024,
  lines: 1_000,
  lineLength: 2_048,
  /** Sound, picture, and two that we turn down, such as a data channel. */
  sections: 4,
  /** Formats of one m-line: Chromium offers 34. */
  formats: 64,
  extensions: 32,
  /** Simulcast layers: WIRE's clients know three. */
  layers: 3,
  ssrcs: 64,
  fragmentBytes: 8 * 1024,
} as const
