import { existsSync } from 'node:fs'
import { type Browser, firefox } from 'playwright-core'

/** Firefox as Debian has it. Where there is none its stories are left out, and vitest says so. */
const program = process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr'
export const hasFirefox = existsSync(program)

/** A camera that is made up and allowed, and WebRTC on this machine alone: by itself Firefox has no way to 127.0.0.1. */
const firefoxUserPrefs = {
  'media.navigator.streams.fake': true,
  'permissions.default.camera': 1,
  'permissions.default.microphone': 1,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
}

export async function launchFirefox(): Promise<Browser> {
  const browser = await firefox.launch({
    channel: 'moz-firefox',
    executablePath: program,
    firefoxUserPrefs,
  })
  withoutMediaFeatures(browser)
  return browser
}

type Session = { send: (name: string, given: unknown) => Promise<unknown> }
type Inside = { _connection: { toImpl: (one: Browser) => { _browserSession: Session } } }

/** Playwright asks for a colour scheme with each context, and this Firefox has no such command yet. */
function withoutMediaFeatures(browser: Browser): void {
  const session = (browser as unknown as Inside)._connection.toImpl(browser)._browserSession
  const send = session.send.bind(session)
  session.send = async (name, given) =>
    name === 'emulation.setMediaFeaturesOverride' ? {} : send(name, given)
}
