// A demo of TEAM: the built program with a simulated AWS and a provider, in a folder of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from './build'

export type Persona =
  | 'requester'
  | 'approver'
  | 'second-approver'
  | 'admin'
  | 'second-admin'
  | 'auditor'
  | (string & {})

/** Demo is a running one. */
export class Demo {
  /** url is where people reach TEAM. */
  url = ''
  provider = ''
  private sandbox = ''
  private secret = ''
  private said = ''
  private ended: Promise<unknown> = Promise.resolve()
  private process: ChildProcess | undefined
  private tokens = new Map<Persona, string>()

  private constructor(readonly folder: string) {}

  /** start makes a demo, whose AWS answers faster than the real one, and waits until its organization is read. */
  static async start(...flags: string[]): Promise<Demo> {
    const demo = new Demo(await mkdtemp(join(tmpdir(), 'team-browser-')))
    try {
      await demo.run(flags)
    } catch (e) {
      await demo.stop()
      throw e
    }
    return demo
  }

  private async run(flags: string[]) {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TEAM_|AWS_)/.test(name)))
    const args = ['demo', '--listen', '127.0.0.1:0', '--data', this.folder, '--speed', '20', ...flags]
    const started = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.process = started
    this.ended = new Promise(done => started.once('close', done))
    await new Promise<void>((serves, failed) => {
      const hear = (text: Buffer) => {
        this.said += text
        if (/ serves on http/.test(this.said)) serves()
      }
      started.stdout.on('data', hear)
      started.stderr.on('data', hear)
      started.once('error', failed)
      started.once('close', () => failed(new Error(`the demo ended:\n${this.said}`)))
    })
    const note = JSON.parse(await readFile(join(this.folder, 'demo.json'), 'utf8'))
    // By its name, as passkeys and cookies want it.
    this.url = note.url.replace('127.0.0.1', 'localhost')
    this.provider = note.providerUrl
    this.sandbox = note.sandboxUrl
    this.secret = note.secret
    await this.token('admin')
  }

  async stop() {
    this.process?.kill('SIGTERM')
    await this.ended
    await rm(this.folder, { recursive: true, force: true })
  }

  /** aws tells the simulated AWS something, by its control API (docs/sandbox.md), and gives its answer. */
  aws(method: string, path: string, body?: unknown) {
    return this.control(`${this.sandbox}/_sandbox/${path}`, method, body)
  }

  /** atProvider tells the simulated identity provider something. */
  atProvider(method: string, path: string, body?: unknown) {
    return this.control(`${this.provider}/_sandbox/${path}`, method, body)
  }

  private async control(url: string, method: string, body?: unknown) {
    const answer = await fetch(url, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`)
    return text ? JSON.parse(text) : undefined
  }

  /** token is one of a persona's, as `team demo token` gives it: for what a test prepares without a browser. */
  async token(who: Persona): Promise<string> {
    const kept = this.tokens.get(who)
    if (kept) return kept
    const answer = await fetch(`${this.url}/demo/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ secret: this.secret, persona: who }),
    })
    const { token, error } = await answer.json()
    if (!token) throw new Error(`no token of ${who}: ${error}`)
    this.tokens.set(who, token)
    return token
  }

  /** ask calls the API as somebody, and gives its answer whatever its status: `path` is below /api/v1. */
  async ask(who: Persona, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${await this.token(who)}`,
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined }
  }

  /** must is the body of an answer of the API that has to be a good one. */
  async must(who: Persona, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const got = await this.ask(who, method, path, body, headers)
    if (got.status >= 300)
      throw new Error(`${who}: ${method} ${path} answered ${got.status}: ${JSON.stringify(got.body)}`)
    return got.body
  }
}
