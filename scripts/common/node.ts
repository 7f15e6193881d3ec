import { catalogues } from '../../infra/report/language/index.ts'

/**
 * Imported before all else: on an older Node the libraries would crash with exit code 1, which means a breach.
 * The check alone has no 2.
 */
const NEEDED = 22

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < NEEDED) {
  const language = process.argv.includes('en') || process.argv.includes('--lang=en') ? 'en' : 'sv'
  process.stderr.write(`${catalogues[language].words.nodeTooOld(process.versions.node)}\n`)
  process.exit(process.argv[1]?.includes('validate-orchestras') ? 1 : 2)
}
