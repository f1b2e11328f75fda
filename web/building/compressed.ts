import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** compressed keeps texts compressed alone (serve.go): that is how browsers ask for them, and the program stays smaller. */
export function compressed(): Plugin {
  return {
    name: 'team-compressed',
    apply: 'build',
    writeBundle({ dir }) {
      if (!dir) throw new Error('nobody said where the files are')
      const assets = join(dir, 'assets')
      for (const name of readdirSync(assets)) {
        if (!/\.(js|css|svg)$/.test(name)) continue
        const file = join(assets, name)
        writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: constants.Z_BEST_COMPRESSION }))
        rmSync(file)
      }
    },
  }
}
