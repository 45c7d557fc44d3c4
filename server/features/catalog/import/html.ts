/** Elements whose contents are not meant to be read. */
const unread = ['script', 'style', 'template', 'noscript', 'iframe', 'svg', 'title']
/** Elements that begin a line of their own. */
const blocks = new Set(
  'address article aside blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main ol p pre section table tr ul'.split(
    ' ',
  ),
)
const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  hellip: '…',
  bull: '•',
  middot: '·',
  times: '×',
  deg: '°',
  frac12: '½',
  frac14: '¼',
  frac34: '¾',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  copy: '©',
  reg: '®',
  trade: '™',
  szlig: 'ß',
  agrave: 'à',
  aacute: 'á',
  acirc: 'â',
  atilde: 'ã',
  auml: 'ä',
  aring: 'å',
  aelig: 'æ',
  ccedil: 'ç',
  egrave: 'è',
  eacute: 'é',
  ecirc: 'ê',
  euml: 'ë',
  igrave: 'ì',
  iacute: 'í',
  icirc: 'î',
  iuml: 'ï',
  ntilde: 'ñ',
  ograve: 'ò',
  oacute: 'ó',
  ocirc: 'ô',
  otilde: 'õ',
  ouml: 'ö',
  oslash: 'ø',
  ugrave: 'ù',
  uacute: 'ú',
  ucirc: 'û',
  uuml: 'ü',
}

/**
 * The text of HTML: elements gone, entities decoded, a line for each block. What comes out is text
 * and stays text: `&lt;script&gt;` becomes the eight letters that a page shows as they are. Takes time in
 * proportion to its input, whatever the input.
 */
export function plainText(html: string): string {
  const lines = decoded(withoutTags(html))
    // oxlint-disable-next-line no-control-regex -- they are what is taken out
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]|\p{Cs}/gu, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim())
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** By hand, not by expression: a hundred thousand `<` without a `>` must not take quadratic time. */
function withoutTags(html: string): string {
  // ASCII alone: other letters may change their length, and places must stay where they are.
  const lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
  let out = ''
  let at = 0
  for (;;) {
    const open = html.indexOf('<', at)
    if (open === -1) return out + html.slice(at)
    out += html.slice(at, open)
    if (!/[a-z/!?]/.test(lower[open + 1] ?? '')) {
      out += '<'
      at = open + 1
      continue
    }
    const end = endOfTag(lower, open)
    if (end === -1) return out
    out += gap(lower, open)
    at = end
  }
}

/** Where the text goes on after a tag, a comment, or an element that is not read; -1: nowhere. */
function endOfTag(lower: string, open: number): number {
  if (lower.startsWith('<!--', open)) return after(lower, '-->', open + 4)
  const name = nameAt(lower, open)
  const close = after(lower, '>', open)
  if (close === -1 || !unread.includes(name)) return close
  const last = lower.indexOf(`</${name}`, close)
  return last === -1 ? -1 : after(lower, '>', last)
}

function after(text: string, what: string, from: number): number {
  const found = text.indexOf(what, from)
  return found === -1 ? -1 : found + what.length
}

function gap(lower: string, open: number): string {
  const name = nameAt(lower, open)
  if (name === 'li') return lower[open + 1] === '/' ? '' : '\n• '
  if (name === 'p') return '\n\n'
  if (name === 'td' || name === 'th') return ' '
  return blocks.has(name) ? '\n' : ''
}

function nameAt(lower: string, open: number): string {
  return /^<\/?([a-z][a-z0-9]*)/.exec(lower.slice(open, open + 16))?.[1] ?? ''
}

/** Once: `&amp;lt;` is `&lt;`, as it is on a page. */
function decoded(text: string): string {
  return text.replace(
    /&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,8});/gi,
    (whole, name: string) => {
      if (name[0] !== '#') {
        const lower = name.toLowerCase()
        const found = Object.hasOwn(named, lower) ? (named[lower] as string) : undefined
        if (found === undefined) return whole
        return /^[A-Z]/.test(name) && found.length === 1 ? found.toUpperCase() : found
      }
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
    },
  )
}
