/** The mark and the word; leads to the lobby. */
export function Brand({ word = 'Vitrine' }: { word?: string }) {
  return (
    <a class="brand" href="/">
      <svg viewBox="0 0 32 32" fill="var(--lacquer)" aria-hidden="true">
        <path d="M3 4h26v5H3z" />
        <path d="M3 9h8.67v3.5a4.33 4.33 0 0 1-8.67 0zM20.33 9H29v3.5a4.33 4.33 0 0 1-8.67 0z" />
        <path opacity=".45" d="M11.67 9h8.66v3.5a4.33 4.33 0 0 1-8.66 0z" />
        <path d="M5 18.6h2V27h18v-8.4h2V29H5z" />
      </svg>
      {word}
    </a>
  )
}

/** The brand's one ornament; hangs over lit windows. */
export function Awning({ colour }: { colour?: string | undefined }) {
  return (
    <span
      class="awning"
      style={colour === undefined ? undefined : { '--a': colour }}
      aria-hidden="true"
    />
  )
}
