import type { ComponentChildren } from 'preact'

/** A sentence with its `**strong**` parts as <b>. Text stays text: nothing else is markup. */
export function rich(sentence: string): ComponentChildren {
  const parts = sentence.split('**')
  return parts.map((part, i) => (i % 2 === 1 ? <b key={i}>{part}</b> : part))
}

export function plain(sentence: string): string {
  return sentence.replaceAll('**', '')
}
