/** NAL unit types of H.264 (table 7-1) that describe what follows. */
const sps = 7
const pps = 8
/** Slices: the picture itself has begun. */
const isSlice = (type: number) => type >= 1 && type <= 5

/**
 * The parameter sets in front of a frame's slices, where NAL units carry four bytes of length, as
 * in MP4. What is not H.264 has none that make sense, and is none of our business.
 */
export function parametersIn(bytes: Buffer, sample: { at: number; size: number }): Buffer[] {
  const found: Buffer[] = []
  const end = Math.min(sample.at + sample.size, bytes.length)
  for (let at = sample.at; at + 5 <= end; ) {
    const size = bytes.readUInt32BE(at)
    const unit = bytes.subarray(at + 4, at + 4 + size)
    const type = (unit[0] ?? 0) & 0x1f
    if (isSlice(type) || size === 0) break
    if (type === sps || type === pps) found.push(unit)
    at += 4 + size
  }
  return found
}
