import { signal } from '@preact/signals'

const name = 'vitrine.keys'

/** Single-letter keys can be switched off (WCAG 2.1.4); the choice stays on this device. */
export const keysOn = signal(read())

export function switchKeys(on: boolean): void {
  keysOn.value = on
  try {
    localStorage.setItem(name, on ? 'on' : 'off')
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(name) !== 'off'
  } catch {
    return true
  }
}
