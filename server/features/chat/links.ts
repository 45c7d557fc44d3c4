/** Endings of addresses that people put into chat. A full list would catch every missing space after a full stop. */
const endings = new Set(
  (
    'com net org info biz io co ai app dev shop store online site club vip xyz link gg tv cc ly ru cn de uk fr es nl ' +
    'pl br jp kr tr ua ch se dk fi gr cz hu ro bg pt ca au nz mx ar cl pe za ng ke eu tk ml ga cf gq pw ws fm sh gl ' +
    'icu cam fun space website tech blog news page life world today zone'
  ).split(' '),
)
/** Endings that are also words: an address only when a path follows. */
const wordEndings = new Set(
  'me to it is in at so no be us my am as by do live top click now one best deals sale buy'.split(
    ' ',
  ),
)
/** Letters of an ending; the longest in use has 24. */
const endingMax = 24
/** Digits in a row, however they are spaced, that make a telephone or card number. */
const digitsMin = 9

export type Contact = { kind: 'link' | 'contact'; mark: string }

/**
 * The first address, e-mail or telephone number in a message. Every step reads each character a
 * bounded number of times: no input makes it slow.
 */
export function findContact(text: string): Contact | undefined {
  const plain = withoutDisguise(text)
  const link = findScheme(plain) ?? findDomain(plain)
  if (link) return { kind: 'link', mark: link }
  const number = findNumber(plain)
  return number === undefined ? undefined : { kind: 'contact', mark: number }
}

/** "example (dot) com", "example[.]com", "example .com", full-width and ideographic stops. */
function withoutDisguise(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u3002\u2024\u00B7]/g, '.')
    .replace(/ ?[([{<] ?(?:\.|dot|punkt|punto|point) ?[)\]}>] ?/gi, '.')
    .replace(/ dot (?=(?:com|net|org|io|shop|store|ru|me|gg)\b)/gi, '.')
    .replace(/ \. ?(?=(?:com|net|org|io|shop|store|ru|me|gg)\b)/gi, '.')
}

function findScheme(text: string): string | undefined {
  const found =
    /\b[a-z][a-z0-9+-]{1,14}:\/\/|\b(?:javascript|vbscript|data|mailto|tel):(?=\S)|\bwww\./i.exec(
      text,
    )
  return found ? wordAround(text, found.index) : undefined
}

const letterOrDigit = /[\p{L}\p{N}]/u

function findDomain(text: string): string | undefined {
  for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    if (dot === 0 || !letterOrDigit.test(text.charAt(dot - 1))) continue
    const ending = /^[\p{L}\p{N}-]+/u.exec(text.slice(dot + 1, dot + 2 + endingMax))?.[0] ?? ''
    const next = text.charAt(dot + 1 + ending.length)
    if (isAddress(ending.toLowerCase(), next)) return wordAround(text, dot)
  }
  return undefined
}

function isAddress(ending: string, next: string): boolean {
  const hasPath = next === '/'
  if (/^\p{N}+$/u.test(ending)) return false
  if (endings.has(ending)) return true
  return hasPath && (wordEndings.has(ending) || /^[\p{L}-]{2,24}$/u.test(ending))
}

/** The word that a position stands in, at most as long as a message may be marked. */
function wordAround(text: string, at: number): string {
  const from = text.lastIndexOf(' ', at) + 1
  const to = text.indexOf(' ', at)
  return text.slice(from, to === -1 ? undefined : to).slice(0, 200)
}

/** A telephone number as people write it, or the groups of a card. A plain row of digits may be anything. */
const telephone = /^(?:\+|00|\(|0\d*[ ()./-])/
const card = /^\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}$/

function findNumber(text: string): string | undefined {
  for (const found of text.matchAll(/[+(\d][\d ()./-]{7,40}\d/g)) {
    const [number] = found
    const before = text.charAt(found.index - 1)
    const after = text.charAt(found.index + number.length)
    if (/[\p{L}\p{N}-]/u.test(before) || /[\p{L}\p{N}-]/u.test(after)) continue
    const digits = number.replace(/\D/g, '').length
    if (digits >= digitsMin && (telephone.test(number) || card.test(number))) return number
  }
  return undefined
}
