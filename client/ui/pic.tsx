/** A picture of a product; the plate carries the line-up number the host says aloud. */
export function Pic({
  src,
  no,
  gone,
  alt = '',
}: {
  src?: string | undefined
  no?: number | undefined
  gone?: boolean
  alt?: string
}) {
  return (
    <span class={gone ? 'pic gone' : 'pic'}>
      {src !== undefined && <img src={src} alt={alt} loading="lazy" decoding="async" />}
      {no !== undefined && <span class="no num">{no}</span>}
    </span>
  )
}

/** A face, or the first letters of a name. */
export function Face({
  name,
  src,
  small,
}: {
  name: string
  src?: string | undefined
  small?: boolean
}) {
  return (
    <span class={small ? 'face sm' : 'face'} aria-hidden="true">
      {src === undefined ? initials(name) : <img src={src} alt="" />}
    </span>
  )
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase()
}
