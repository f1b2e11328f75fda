import { Buffer } from 'node:buffer'
import type { Plugin } from 'vite'

/**
 * fonts makes files of the fonts that the component library's style sheet holds as text: eight, of which a page shows two.
 * A browser then gets those alone, keeps them when the style changes, and the content security policy needs no data:.
 */
export function fonts(): Plugin {
  return {
    name: 'team-fonts',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue
        const style = typeof file.source === 'string' ? file.source : Buffer.from(file.source).toString()
        file.source = style.replace(/url\((['"]?)data:font\/woff2;base64,([^'")]+)\1\)/g, (_, __, text: string) => {
          const font = this.emitFile({ type: 'asset', name: 'font.woff2', source: Buffer.from(text, 'base64') })
          return `url(/${this.getFileName(font)})`
        })
        if (file.source.includes('data:font')) this.error(`${file.fileName} still holds a font as text`)
      }
    },
  }
}
