import { invalid } from '../../base/refusal.ts'
import { sdpLimits } from './limits.ts'
import { linesOf, ufragForm } from './read.ts'

/**
 * The ICE user name of a trickle-ice-sdpfrag; undefined where it has none. Candidates in it are
 * not read: we are ICE-lite and wait for the other side's packets.
 */
export function readFragment(text: string): string | undefined {
  const lines = linesOf(text, sdpLimits.fragmentBytes)
  if (!lines.length || !lines.every((line) => /^[a-z]=/.test(line))) {
    throw invalid('/', 'is not an SDP fragment')
  }
  const names = lines.flatMap((line) => line.match(/^a=ice-ufrag:(.*)$/)?.[1] ?? [])
  if (new Set(names).size > 1) throw invalid('/ice-ufrag', 'differs between sections')
  const [ufrag] = names
  if (ufrag !== undefined && !ufragForm.test(ufrag)) {
    throw invalid('/ice-ufrag', 'has a form that is not known')
  }
  return ufrag
}
