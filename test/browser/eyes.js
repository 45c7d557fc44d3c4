// Runs in every page before its own scripts: what a story wants to know of a page, looked at there.

const now = () => performance.timeOrigin + performance.now()
const whole = { childList: true, subtree: true, characterData: true }

/** Frames of the show that were shown so far; none while its picture is not on. Firefox counts a stream's as it paints them. */
const frames = () => {
  const video = document.querySelector('video[data-on]')
  return video?.mozPaintedFrames ?? video?.getVideoPlaybackQuality().totalVideoFrames ?? 0
}

const nextPaint = () => new Promise((resolve) => requestAnimationFrame(resolve))

/** Tabs and galleries may be wider than the page, in a box of their own that scrolls. */
const inScroller = (one) => {
  for (let box = one.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowX) && box !== document.body) return true
  }
  return false
}

globalThis.eyes = {
  /** How many more frames of the show were shown; answers at so many, or when the time is up. */
  async moreFrames(count, withinMs) {
    const before = frames()
    const end = performance.now() + withinMs
    while (frames() - before < count && performance.now() < end) await nextPaint()
    return frames() - before
  },
  hasSound: () => document.querySelector('video')?.muted === false,
  /** When the page first showed this text, as epoch ms of the machine. */
  whenSeen(text) {
    return new Promise((resolve) => {
      const look = () => document.body.innerText.includes(text) && resolve(now())
      new MutationObserver(look).observe(document.body, whole)
      look()
    })
  },
  /** From now on: each text this element shows, with the moment it appeared. */
  follow(selector) {
    const shown = []
    const look = () => {
      const text = document.querySelector(selector)?.textContent ?? ''
      if (text !== '' && shown.at(-1)?.text !== text) shown.push({ text, at: now() })
    }
    new MutationObserver(look).observe(document.body, whole)
    look()
    globalThis.eyes.shown = () => shown
  },
  /** What a screen reader would call the control that has the focus. */
  focused() {
    const { activeElement: here } = document
    const label = here.getAttribute('aria-label') ?? here.labels?.[0]?.textContent
    return (label ?? here.textContent).trim()
  },
  /** The control that has the focus and no ring, on itself or on what it is the name of. */
  withoutRing() {
    const { activeElement: here } = document
    if (here === document.body) return null
    const styles = [here, here.closest('.ticket')]
      .filter(Boolean)
      .map((one) => getComputedStyle(one))
    const ring = [...styles, getComputedStyle(here, '::after')].some(
      ({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) ||
        boxShadow.includes('0px 0px 0px 4px'),
    )
    return ring ? null : here.outerHTML.slice(0, 120)
  },
  /** What reaches over the page's width, or makes it scroll sideways. */
  sideways() {
    const { clientWidth, scrollWidth } = document.documentElement
    const over = [...document.querySelectorAll('button, a, input, select, h1, h2')]
      .filter((one) => one.checkVisibility() && !one.closest('.sr') && !inScroller(one))
      .filter((one) => {
        const { left, right, width } = one.getBoundingClientRect()
        return width > 1 && (left < -1 || right > clientWidth + 1)
      })
      .map((one) => one.outerHTML.slice(0, 140))
    return scrollWidth > clientWidth ? [`scrolls ${scrollWidth - clientWidth} px`, ...over] : over
  },
  /** Whose words lie on another's. */
  overlapping(selector) {
    const all = [...document.querySelectorAll(selector)].map((one) => {
      const words = document.createRange()
      words.selectNodeContents(one)
      return { text: one.textContent, box: words.getBoundingClientRect() }
    })
    const meet = (a, b) =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
    return all
      .filter((one) => all.some((other) => other !== one && meet(one.box, other.box)))
      .map(({ text }) => text)
  },
  /** Animations that run, apart from those that are over in no time. */
  moving: () =>
    document
      .getAnimations()
      .filter((one) => one.playState === 'running')
      .filter((one) => Number(one.effect?.getComputedTiming().activeDuration) > 20)
      .map((one) => one.animationName ?? one.transitionProperty),
  /** Fonts are there, and every picture that is asked for now. */
  async settled() {
    await document.fonts.ready
    const coming = () => [...document.images].some((one) => !one.complete && one.loading !== 'lazy')
    do await nextPaint()
    while (coming())
  },
  /** The worst case behind the glass: a white picture. Answers each text on glass, and where it is. */
  glassOverWhite() {
    for (const one of document.querySelectorAll('.stage > .video')) one.remove()
    document.querySelector('.stage').style.background = '#fff'
    return [...document.querySelectorAll('.stage :is(.top, .facts, .talk, .bar) *')]
      .filter((one) =>
        [...one.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim()),
      )
      .filter((one) => one.checkVisibility() && !one.closest('.sr, [data-zone="paper"]'))
      .flatMap((one) => {
        const range = document.createRange()
        range.selectNodeContents(one)
        const ink = getComputedStyle(one).color
        const text = one.textContent
        return [...range.getClientRects()].map(({ x, y, width, height }) => {
          return { text, ink, box: { x, y, width, height } }
        })
      })
  },
  /** Leaves what lies behind the texts. */
  withoutTexts() {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('* { color: transparent !important } .icon, .face { visibility: hidden }')
    document.adoptedStyleSheets.push(sheet)
  },
}
