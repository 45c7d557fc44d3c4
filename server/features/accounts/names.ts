import { invalid } from '../../base/refusal.ts'

/** Scripts whose letters can be mistaken for one another (UTS 39, "mixed-script confusables"). */
const confusable = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
]
/** Characters that show nothing or change what stands beside them. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0\u2800\u034F]/u
/** Marks on one letter: Vietnamese and Hebrew need two; a pile is a trick. */
const piled = /\p{M}{4,}/u
/** Names that only the shop itself may carry. */
const reserved = new Set(['admin', 'administrator', 'vitrine', 'system', 'root'])

/**
 * The name as it is shown, or VALIDATION: no invisible characters, no compatibility look-alikes
 * (full-width letters, ligatures), no mix of scripts that look alike, no name of the house.
 */
export function displayName(given: string): string {
  const name = given
    .normalize('NFC')
    .trim()
    .replace(/\p{Zs}+/gu, ' ')
  const no = (detail: string) => invalid('/displayName', detail)
  if (name === '') throw no('Type a name.')
  if (invisible.test(name))
    throw no('This name has invisible characters. Type it again without them.')
  if (piled.test(name)) throw no('This name has too many marks on one letter.')
  if (name.normalize('NFKC') !== name) throw no('Use ordinary letters in the name.')
  if (confusable.filter((script) => script.test(name)).length > 1) {
    throw no('This name mixes alphabets that look alike. Use one alphabet.')
  }
  if (!/[\p{L}\p{N}]/u.test(name)) throw no('A name needs a letter or a digit.')
  if (reserved.has(skeleton(name))) throw no('This name is kept for the house. Choose another.')
  return name
}

/** What a name looks like at a glance: without case, marks and punctuation, and with 0 as o, 1 as i. */
function skeleton(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replaceAll('0', 'o')
    .replaceAll('1', 'i')
}
