// How the pages call the API: the types are those of the OpenAPI document, and whatever is not an answer is thrown.

import createClient, { type Middleware } from 'openapi-fetch'
import { noteServerTime } from '../words/clock'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Problem = Schemas['Problem']

/** ProblemError is an error that the API answered (RFC 9457). */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds?: number,
  ) {
    super(problem.detail || problem.title)
    this.name = 'ProblemError'
  }

  get code() {
    return this.problem.code
  }

  /** field is the sentence about a member of the body, such as `justification` or `targets`, for the form field that shows it. */
  field(...names: string[]): string | undefined {
    const found = this.problem.errors?.filter(e =>
      names.some(
        n => e.location === `body.${n}` || e.location?.startsWith(`body.${n}.`) || e.location?.startsWith(`body.${n}[`),
      ),
    )
    return found?.map(e => e.message).join(' ') || undefined
  }
}

/** UnreachableError is a call that got no answer. */
export class UnreachableError extends Error {
  constructor() {
    super('TEAM did not answer. Nothing is lost: the page tries again by itself, and what you typed stays here.')
    this.name = 'UnreachableError'
  }
}

/** signInPath leads to signing in, and back to where somebody is now. */
export function signInPath(): string {
  return `/sign-in?${new URLSearchParams({ return: window.location.pathname + window.location.search })}`
}

function problemFrom(text: string, response: Response): Problem {
  try {
    const problem = JSON.parse(text) as Problem
    if (problem.code) return problem
  } catch {
    // no problem of TEAM's: of a proxy before it, for example
  }
  return {
    code: 'internal',
    status: response.status,
    title: response.statusText,
    type: 'about:blank',
    detail: `TEAM, or something before it, answered ${response.status} ${response.statusText}.`,
  }
}

const throwing: Middleware = {
  async onResponse({ response }) {
    noteServerTime(response.headers.get('Date'))
    if (response.ok || response.status === 304) return undefined
    const problem = problemFrom(await response.text(), response)
    if (problem.status === 401) {
      window.location.assign(signInPath())
    }
    const retryAfter = Number(response.headers.get('Retry-After'))
    throw new ProblemError(problem, Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined)
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined
    return new UnreachableError()
  },
}

/**
 * api calls operations by path and method. Every call resolves with the answer's body as `data`, or throws a ProblemError
 * or an UnreachableError.
 */
export const api = createClient<paths>({
  credentials: 'same-origin',
  headers: { Accept: 'application/json' },
  // Several values of one parameter are one word with commas, as the API reads them.
  querySerializer: { array: { style: 'form', explode: false } },
})
api.use(throwing)

/** answer takes the body out of an answer of `api`. */
export async function answer<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await call
  if (data === undefined) throw new Error(`an answer without a body: ${response.url}`)
  return data
}

/** withVersion is a body and the ETag to send back as If-Match. */
export async function withVersion<T>(
  call: Promise<{ data?: T; response: Response }>,
): Promise<{ body: T; etag: string }> {
  const { data, response } = await call
  if (data === undefined) throw new Error(`an answer without a body: ${response.url}`)
  return { body: data, etag: response.headers.get('ETag') ?? '' }
}

/** newKey is an Idempotency-Key: made once for what somebody wants, and sent again with every try of it. */
export const newKey = () => crypto.randomUUID()
