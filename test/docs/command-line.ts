import { npmNames } from './reference/commands.ts'
import { everyHelp, type Help } from './reference/help.ts'

/** Judges a line of shell that starts one of our scripts, by what the scripts say of themselves. */
export async function judge(): Promise<(line: string) => string | null> {
  const [helps, npm] = await Promise.all([everyHelp(), npmNames()])
  const scripts = new Map([...npm].map(([script, name]) => [name, script]))
  return (line) => {
    const started = startedBy(line, scripts)
    if (started === null) return 'starts none of our scripts'
    const help = helps.get(started.script)?.en
    return help ? complaintOf(started.words, help) : `there is no scripts/${started.script}.ts`
  }
}

interface Started {
  readonly script: string
  readonly words: readonly string[]
}

/** Which script a line starts, and with which words: `npx tsx scripts/X.ts …`, `npm run X -- …`, `npm start -- …`. */
function startedBy(line: string, scripts: ReadonlyMap<string, string>): Started | null {
  const bare = line
    .replace(/^(?:[A-Z_]+=(?:\$\([^)]*\)|\S+) +)+/, '')
    .replace(/ +#.*$/, '')
    .trim()
  const [, direct, rest = ''] = /^npx tsx scripts\/([\w-]+)\.ts(?: (.*))?$/.exec(bare) ?? []
  if (direct !== undefined) return { script: direct, words: split(rest) }
  const [, name = '', words = ''] = /^(npm (?:start|run \S+))(?: -- (.*))?$/.exec(bare) ?? []
  const script = scripts.get(name)
  return script === undefined ? null : { script, words: split(words) }
}

function complaintOf(words: readonly string[], help: Help): string | null {
  const options = new Map(
    help.options.map(({ term }) => {
      const [flag = '', value] = (term.split(', ').at(-1) ?? '').split(' ')
      return [flag, value !== undefined]
    }),
  )
  let loose = 0
  for (let at = 0; at < words.length; at++) {
    const [flag = '', given] = words[at]?.split('=') ?? []
    if (!flag.startsWith('-')) {
      loose++
      continue
    }
    const takes = options.get(flag)
    if (takes === undefined) return `it has no ${flag}`
    if (!takes) continue
    const value = given ?? words[++at]
    if (!value || value.startsWith('-')) return `${flag} needs a value`
  }
  return loose > help.arguments.length ? `it takes ${help.arguments.length} words by themselves` : null
}

function split(text: string): string[] {
  return text.split(/\s+/).filter(Boolean)
}
