import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { everyHelp, type Help } from './help.ts'
import { code, table } from './markdown.ts'

/** Which `npm run` name, if any, starts a script: by the script's name. */
export async function npmNames(): Promise<ReadonlyMap<string, string>> {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile('package.json', 'utf8')))
  return new Map(
    Object.entries(scripts).flatMap(([name, line]) => {
      const script = /^tsx scripts\/(\S+)\.ts$/.exec(line)?.[1]
      return script ? [[script, name === 'start' ? 'npm start' : `npm run ${name}`] as const] : []
    }),
  )
}

/** What every command takes and ends with is told once, then each command by what it has besides. */
export async function commands(): Promise<string> {
  const [helps, npm] = await Promise.all([everyHelp(), npmNames()])
  const all = [...helps].map(([name, { en }]) => ({ name, help: en }))
  const common = termsOfAll(all.map(({ help }) => help))
  const [first] = all
  if (!first) throw new TypeError('there are no scripts')
  const exits = all.map(({ help }) => help.exits).find((codes) => codes.length === 3) ?? []
  return [
    'Every command takes these:',
    table(['option', 'meaning'], first.help.options.filter(({ term }) => common.has(term)).map(described)),
    'and ends with one of these:',
    table(
      ['exit code', 'meaning'],
      exits.map((meaning, at) => [String(at), meaning]),
    ),
    ...all.map(({ name, help }) => one(name, help, common, npm.get(name))),
  ].join('\n\n')
}

function one(name: string, help: Help, common: ReadonlySet<string>, npm: string | undefined): string {
  const own = help.options.filter(({ term }) => !common.has(term))
  const rows = [...help.arguments, ...own].map(described)
  return [
    `### ${name}`,
    help.description,
    `${code(help.usage)}${npm ? `, or ${code(npm)}` : ''}${
      help.exits.length < 3 ? `. Ends with ${help.exits.map((_, at) => at).join(' or ')} only.` : ''
    }`,
    ...(rows.length > 0 ? [table(['', 'meaning'], rows)] : []),
    ['```text', ...help.examples, '```'].join('\n'),
  ].join('\n\n')
}

function described({ term, meaning }: Help['options'][number]): [string, string] {
  return [code(term), meaning]
}

function termsOfAll(helps: readonly Help[]): ReadonlySet<string> {
  const [first, ...rest] = helps.map(({ options }) => options.map(({ term }) => term))
  return new Set(first?.filter((term) => rest.every((terms) => terms.includes(term))))
}
