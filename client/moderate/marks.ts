export type Part = { text: string; marked: boolean }

/** A text in parts, the words to look at apart from the rest; case does not matter. */
export function markedParts(text: string, marks: readonly string[]): Part[] {
  const words = marks.filter((mark) => mark !== '').map(escaped)
  if (words.length === 0) return [{ text, marked: false }]
  return text
    .split(new RegExp(`(${words.join('|')})`, 'iu'))
    .map((part, i) => ({ text: part, marked: i % 2 === 1 }))
    .filter((part) => part.text !== '')
}

function escaped(mark: string): string {
  return mark.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
