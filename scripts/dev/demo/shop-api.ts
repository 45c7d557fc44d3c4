// The public HTTP interface, as any merchant's program would call it.

import { setTimeout as pause } from 'node:timers/promises'

const mostTries = 5

/** A refusal of the server, with the code of its problem document. */
export class ApiRefusal extends Error {
  readonly code: string

  constructor(request: string, status: number, code: string, detail: string) {
    super(`${request}: ${status} ${code} ${detail}`)
    this.code = code
  }
}

export class ShopApi {
  readonly #base: string
  readonly #token: string | undefined

  constructor(serverUrl: string, token?: string) {
    this.#base = `${serverUrl}/api/v1`
    this.#token = token
  }

  get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path)
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.#call<T>('POST', path, body)
  }

  put<T>(path: string, body?: object): Promise<T> {
    return this.#call<T>('PUT', path, body)
  }

  /** One request; waits as long as a rate limit asks. */
  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(`${this.#base}${path}`, this.#request(method, body))
      const text = await answer.text()
      if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T
      const problem = parseProblem(text)
      if (answer.status !== 429 || tries === mostTries) {
        throw new ApiRefusal(`${method} ${path}`, answer.status, problem.code, problem.detail)
      }
      await pause(problem.retryAfterMs)
    }
  }

  #request(method: string, body?: object): RequestInit {
    const headers = new Headers()
    if (this.#token) headers.set('authorization', `Bearer ${this.#token}`)
    if (body === undefined) return { method, headers }
    if (body instanceof FormData) return { method, headers, body }
    headers.set('content-type', 'application/json')
    return { method, headers, body: JSON.stringify(body) }
  }
}

function parseProblem(text: string): { code: string; detail: string; retryAfterMs: number } {
  const unknown = { code: '', detail: text.slice(0, 300), retryAfterMs: 1_000 }
  try {
    return { ...unknown, ...JSON.parse(text) }
  } catch {
    return unknown
  }
}
