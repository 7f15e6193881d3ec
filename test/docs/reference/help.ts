import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Language } from '../../../infra/report/language/words.ts'
import { plainEnv } from '../../support.ts'

/** What a command says of itself. */
export interface Help {
  readonly usage: string
  readonly description: string
  readonly arguments: readonly Described[]
  readonly options: readonly Described[]
  readonly examples: readonly string[]
  readonly exits: readonly string[]
}

interface Described {
  /** `--region <region>`, or the name of an argument. */
  readonly term: string
  readonly meaning: string
}

const shape = z.record(z.string(), z.object({ sv: z.string(), en: z.string() }))

type Helps = ReadonlyMap<string, Readonly<Record<Language, Help>>>

let asked: Promise<Helps> | undefined

/** The help of every script, asked of the scripts themselves, once. */
export function everyHelp(): Promise<Helps> {
  asked ??= ask()
  return asked
}

async function ask(): Promise<Helps> {
  const { stdout } = await promisify(execFile)(
    resolve('node_modules/.bin/tsx'),
    [fileURLToPath(new URL('./help-texts.ts', import.meta.url))],
    { env: plainEnv(), maxBuffer: 16 * 1024 * 1024 },
  )
  const texts = shape.parse(JSON.parse(stdout))
  return new Map(
    Object.entries(texts).map(([name, { sv, en }]) => [name, { sv: helpIn(sv), en: helpIn(en) }]),
  )
}

/** Reads a help text of unbroken lines: paragraphs, of which the last two are examples and exit codes. */
export function helpIn(text: string): Help {
  const [usage = '', description = '', ...rest] = text.trim().split(/\n\n+/)
  const [exits = '', examples = '', options = '', args = ''] = rest.toReversed()
  const lines = (paragraph: string) =>
    paragraph
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  const described = (paragraph: string) =>
    lines(paragraph).map((line) => {
      const [term = '', ...meaning] = line.split(/ {2,}/)
      return { term, meaning: meaning.join(' ') }
    })
  return {
    usage: usage.replace(/^\S+ /, ''),
    description,
    arguments: described(args),
    options: described(options),
    examples: lines(examples),
    exits: lines(exits).map((line) => line.replace(/^\d +/, '')),
  }
}
