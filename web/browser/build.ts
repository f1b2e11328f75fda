// Before the tests: the program that they are of.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const repository = join(import.meta.dirname, '..', '..')

/** program is what is tested: TEAM_PROGRAM, or what is built from this tree with the dist that is there. */
export const program = process.env.TEAM_PROGRAM || join(import.meta.dirname, '.results', 'team')

export default function build() {
  if (process.env.TEAM_PROGRAM) return
  if (!existsSync(join(repository, 'web/dist/index.html'))) {
    throw new Error('web/dist holds no application: npm run build')
  }
  execFileSync('go', ['build', '-o', program, './cmd/team'], {
    cwd: repository,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: 'inherit',
  })
}
