import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'

// Prints, as JSON, what each script answers to `--help` in both languages. One process for all: each script is
// imported once for each language, and its libraries once.

process.setMaxListeners(0)
process.stdout.setMaxListeners(0)
// So wide that no line is broken: another program is to read it.
Object.defineProperty(process.stdout, 'isTTY', { value: true })
Object.defineProperty(process.stdout, 'columns', { value: 100_000 })

const really = process.stdout.write.bind(process.stdout)
const texts: Record<string, Record<string, string>> = {}
for (const file of readdirSync('scripts').filter((name) => name.endsWith('.ts'))) {
  const said: Record<string, string> = {}
  for (const language of ['sv', 'en']) {
    process.argv = [process.argv[0] ?? 'node', `scripts/${file}`, '--help', '--lang', language]
    let heard = ''
    process.stdout.write = (text: string | Uint8Array) => {
      heard += text
      return true
    }
    await import(`${pathToFileURL(`scripts/${file}`).href}?language=${language}`)
    process.stdout.write = really
    if (process.exitCode !== 0) throw new Error(`scripts/${file} --help: ${process.exitCode}`)
    said[language] = heard
  }
  texts[basename(file, '.ts')] = said
}
really(JSON.stringify(texts))
