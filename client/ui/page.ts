import { useLayoutEffect } from 'preact/hooks'

/** Names the page, and puts its classes on <body>: `watch`, `desk`, `studio`, `moderate`, `shop`. */
export function usePage(title: string, bodyClass = ''): void {
  useLayoutEffect(() => {
    document.title = title === '' ? 'Vitrine' : `${title} · Vitrine`
    document.body.className = bodyClass
  }, [title, bodyClass])
}
