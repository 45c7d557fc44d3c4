import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'

/** A secret that is made once and kept in a file only its owner can read. */
export function keptSecret(path: string): string {
  if (!existsSync(path)) keep(path, randomBytes(32).toString('base64url'))
  return readFileSync(path, 'utf8')
}

/** The port noted in the file while it is free, so that addresses last; else a new one, noted. */
export async function keptPort(path: string): Promise<number> {
  const noted = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0
  const port = noted > 0 && (await isFree('127.0.0.1', noted)) ? noted : await freePort()
  keep(path, String(port))
  return port
}

export function keep(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text, { mode: 0o600 })
}

export async function isFree(host: string, port: number): Promise<boolean> {
  return (await listenOnce(host, port)) === port
}

export async function freePort(): Promise<number> {
  const port = await listenOnce('127.0.0.1', 0)
  if (port === undefined) throw new Error('no free port on 127.0.0.1')
  return port
}

/** Listens for a moment; answers the port it got, or undefined when the port is taken. */
function listenOnce(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      const got = typeof address === 'object' && address ? address.port : undefined
      server.close(() => resolve(got))
    })
  })
}
