const names: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Other people's words in HTML, SVG or Pango's markup, also inside quotes: shown, never obeyed. */
export function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (letter) => names[letter] as string)
}
