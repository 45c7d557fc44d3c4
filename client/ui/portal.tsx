import { type ComponentChildren, render } from 'preact'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'

/** Renders above the page, outside what an open sheet makes inert. */
export function Portal({ children }: { children: ComponentChildren }) {
  const [place] = useState(() => document.createElement('div'))
  useLayoutEffect(() => {
    document.getElementById('layers')?.prepend(place)
    return () => {
      render(null, place)
      place.remove()
    }
  }, [])
  useEffect(() => {
    render(<>{children}</>, place)
  })
  return null
}
