import type { FromShow, ToShow } from './messages.ts'

/**
 * `<vitrine-show show="…">` for pages of others: a frame with the show in it, and its events as
 * events of the element. One file without imports, under one address for ever.
 */

/** Attributes that are the frame's own address: another value is another page in it. */
const addressed = ['show', 'product', 'theme', 'checkout', 'token', 'muted'] as const
/** A frame that says nothing for this long after it loaded was refused, or is not ours. */
const silentMs = 5_000
const allow = 'autoplay; fullscreen; picture-in-picture; clipboard-write; web-share'

/** Where this script came from is where the shows are. */
function ownOrigin(): string {
  const current = document.currentScript as HTMLScriptElement | null
  const script = current ?? document.querySelector<HTMLScriptElement>('script[src*="/embed/v1.js"]')
  return new URL(script?.src ?? location.href, location.href).origin
}

const home = ownOrigin()

class VitrineShow extends HTMLElement {
  static observedAttributes = [...addressed, 'title']
  #frame = document.createElement('iframe')
  #silence: ReturnType<typeof setTimeout> | undefined
  #ready = false
  readonly #hear = (event: MessageEvent): void => this.#heard(event)

  constructor() {
    super()
    const style = document.createElement('style')
    style.textContent =
      ':host{display:block;inline-size:100%;max-inline-size:480px;aspect-ratio:9/16;min-block-size:420px}' +
      ':host([hidden]){display:none}iframe{display:block;inline-size:100%;block-size:100%;border:0;border-radius:inherit}'
    this.#frame.allow = allow
    this.#frame.loading = 'lazy'
    this.#frame.referrerPolicy = 'origin'
    this.#frame.addEventListener('load', () => this.#wait())
    this.attachShadow({ mode: 'open' }).append(style, this.#frame)
  }

  connectedCallback(): void {
    addEventListener('message', this.#hear)
    this.#open()
  }

  disconnectedCallback(): void {
    removeEventListener('message', this.#hear)
    clearTimeout(this.#silence)
  }

  attributeChangedCallback(name: string, old: string | null, now: string | null): void {
    if (!this.isConnected || old === now) return
    if (name === 'title') this.#frame.title = now ?? ''
    else if (name === 'muted' && this.#ready) {
      this.#say({ type: 'vitrine:mute', muted: now !== null && now !== 'false' })
    } else if (name === 'product' && this.#ready && now !== null) this.showProduct(now)
    else this.#open()
  }

  /** Opens a product's sheet in the show. */
  showProduct(productId: string): void {
    this.#say({ type: 'vitrine:show-product', productId })
  }

  #open(): void {
    const show = this.getAttribute('show')
    if (show === null || show === '') return
    const url = new URL(`/embed/${encodeURIComponent(show)}`, home)
    for (const name of addressed.slice(1)) {
      const value = this.getAttribute(name)
      if (value !== null) url.searchParams.set(name, value)
    }
    this.#ready = false
    this.#frame.title = this.getAttribute('title') ?? 'Live show'
    if (this.#frame.src !== url.href) this.#frame.src = url.href
  }

  #wait(): void {
    if (this.#frame.src === '') return
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      if (!this.#ready) this.#tell('vitrine:refused', { showId: this.getAttribute('show') })
    }, silentMs)
  }

  #say(message: ToShow): void {
    this.#frame.contentWindow?.postMessage(message, home)
  }

  #heard({ source, origin, data }: MessageEvent): void {
    if (source !== this.#frame.contentWindow || origin !== home) return
    const said = data as FromShow | null
    if (typeof said !== 'object' || said === null || !/^vitrine:[a-z-]+$/.test(said.type)) return
    const { type, ...detail } = said
    // The frame learns from the browser who greets it, and tells nobody else.
    if (type === 'vitrine:here') return this.#say({ type: 'vitrine:hello' })
    if (type === 'vitrine:ready') this.#ready = true
    this.#tell(type, detail)
  }

  #tell(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
  }
}

if (customElements.get('vitrine-show') === undefined) {
  customElements.define('vitrine-show', VitrineShow)
}
