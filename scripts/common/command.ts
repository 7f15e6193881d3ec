import { resolve } from 'node:path'
import { Command, CommanderError, Help, Option } from 'commander'
import { ControlError } from '../../infra/errors.ts'
import { readSettings } from '../../infra/registry/settings-file.ts'
import type { Catalogue } from '../../infra/report/language/catalogue.ts'
import { catalogues } from '../../infra/report/language/index.ts'
import { sayError } from '../../infra/report/language/say.ts'
import type { CommandName, Language, Words } from '../../infra/report/language/words.ts'
import { printable, type Screen } from '../../infra/report/terminal.ts'
import { printableLines } from '../../infra/report/text.ts'
import { screenOf } from './screen.ts'
import { summarize } from './step-summary.ts'

const FLAGS = {
  json: '--json',
  deep: '--deep',
  shard: '--shard <i/n>',
  evidence: '--evidence <file>',
  merge: '--merge <path...>',
  plan: '--plan',
  base: '--base <dir>',
  ledger: '--ledger <file>',
  apply: '--apply',
  write: '--write',
  live: '--live',
  organization: '--organization <slug>',
  yesCreateAndDelete: '--yes-create-and-delete <slug>',
  region: '--region <region>',
  dryRun: '--dry-run',
  discard: '--discard',
  listen: '--listen <address>',
  port: '--port <number>',
  domain: '--domain <name>',
  origin: '--origin <url...>',
  from: '--from <dir>',
  into: '--into <ref>',
} as const

/** The options that every command takes, and those of its own, as given or by default. */
export interface Options {
  readonly orchestras: string
  readonly state: string
  readonly json: boolean
  readonly deep: boolean
  readonly shard?: string
  readonly evidence?: string
  readonly merge?: readonly string[]
  readonly plan?: boolean
  readonly base?: string
  readonly from?: string
  readonly into?: string
  readonly ledger?: string
  readonly apply?: boolean
  readonly write?: boolean
  readonly live?: boolean
  readonly organization?: string
  readonly yesCreateAndDelete?: string
  readonly region?: string
  readonly dryRun?: boolean
  readonly discard?: boolean
  readonly listen?: string
  readonly port?: string
  readonly domain?: string
  readonly origin?: readonly string[]
}

export interface Context {
  readonly options: Options
  /** Words that stand by themselves: `check-databases malmo`. */
  readonly args: readonly string[]
  readonly say: Catalogue
  readonly screen: Screen
  readonly signal: AbortSignal
  /** As `signal`, but not on Ctrl-C: that reaches the engine by itself, and a second time would end it at once. */
  readonly engineSignal: AbortSignal
  /** To standard output. */
  readonly print: (text: string) => void
  /** Progress and where things come from, made printable: to standard output too, unless that is for JSON. */
  readonly note: (text: string) => void
}

export interface Spec {
  readonly name: CommandName
  /** Options besides the common ones. */
  readonly options?: readonly (keyof typeof FLAGS)[]
  readonly argument?: 'slug'
  /** Words that must stand before it. */
  readonly verb?: true
  /** What a crash or bad usage exits with: 2, but for the check, which knows only 0 and 1. */
  readonly failure?: 1 | 2
  readonly examples: readonly string[]
}

/**
 * Runs one command: exit code first set to failure, so that nothing but a verdict changes it, neither a crash nor
 * a promise that never settles. Errors are told in words, never as a stack trace.
 */
export async function command(spec: Spec, run: (context: Context) => Promise<0 | 1 | 2>): Promise<void> {
  const failure = spec.failure ?? 2
  process.exitCode = failure
  const argv = process.argv.slice(2)
  const say = catalogues[await languageOf(argv)]
  const stop = new AbortController()
  const stopEngine = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // kept after the first: tsx ends a process at once that listens no more
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(failure)
      stop.abort(new ControlError('engine-cancelled', {}))
      if (signal === 'SIGTERM') stopEngine.abort(stop.signal.reason)
    })
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // whoever read our output has seen enough
    if (error.code === 'EPIPE') process.exit(failure)
    throw error
  })
  for (const stray of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(stray, (error: unknown) => {
      // the engine listens, too, while it runs, and tells by itself what failed
      if (process.listenerCount(stray) > 1) return
      tellError(error, say)
      process.exit(failure)
    })
  }
  try {
    const parser = parserFor(spec, say.words)
    parser.parse(argv, { from: 'user' })
    const options = parser.opts<Options>()
    const json = options.json === true
    const print = (text: string) => process.stdout.write(`${text}\n`)
    const noteTo = json ? process.stderr : process.stdout
    process.exitCode = await run({
      options: { ...options, orchestras: resolve(options.orchestras), state: resolve(options.state) },
      args: parser.args,
      say,
      screen: screenOf(process.stdout, process.env),
      signal: stop.signal,
      engineSignal: stopEngine.signal,
      print,
      note: (text) => noteTo.write(`${printableLines(text)}\n`),
    })
  } catch (error) {
    process.exitCode = exitCodeFor(error, failure)
    tellError(error, say)
    if (error instanceof ControlError) await summarize(error, say)
  }
}

/** What is refused by a rule is no doubt, and no fault: the files are wrong, and nothing was done. */
const REFUSALS: readonly string[] = ['registry-refused', 'project-removal-refused', 'retire-too-many']

function exitCodeFor(error: unknown, failure: 1 | 2): 0 | 1 | 2 {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  return error instanceof ControlError && REFUSALS.includes(error.code) ? 1 : failure
}

/** `--lang` decides, else the settings, else Swedish: also for what is wrong with the command line itself. */
async function languageOf(argv: readonly string[]): Promise<Language> {
  const language = given(argv, '--lang')
  if (language === 'sv' || language === 'en') return language
  const { settings } = await readSettings(resolve(given(argv, '--orchestras') ?? 'orchestras'))
  return settings.language
}

function given(words: readonly string[], flag: string): string | undefined {
  const end = words.indexOf('--')
  const argv = end < 0 ? words : words.slice(0, end)
  const at = argv.findIndex((word) => word === flag || word.startsWith(`${flag}=`))
  if (at < 0) return undefined
  const word = argv[at] ?? ''
  return word === flag ? argv[at + 1] : word.slice(flag.length + 1)
}

function parserFor(spec: Spec, words: Words): Command {
  const parser = new Command(`npx tsx scripts/${spec.name}.ts`)
    .description(words.commands[spec.name])
    .helpOption('-h, --help', words.options.help)
    .exitOverride()
    .allowExcessArguments(false)
    .addOption(new Option('--lang <language>', words.options.lang).choices(['sv', 'en']))
    .option('--orchestras <dir>', words.options.orchestras, 'orchestras')
    .option('--state <dir>', words.options.state, '.local')
    .configureOutput({ writeErr: () => {} })
    .configureHelp(helpIn(words))
    .addHelpText('after', helpAfter(spec, words))
  if (spec.verb) parser.argument('<verb>', words.options.verb)
  if (spec.argument) parser.argument(`[${spec.argument}]`, words.options[spec.argument])
  for (const option of spec.options ?? []) {
    parser.option(FLAGS[option], words.options[option])
  }
  return parser
}

/** What commander would say in English. */
function helpIn(words: Words): Partial<Help> {
  const { help } = words
  return {
    styleTitle: (title) => titles(words)[title] ?? title,
    commandUsage: (parser) => new Help().commandUsage(parser).replace('[options]', `[${help.someOptions}]`),
    optionDescription: ({ description, defaultValue }) =>
      defaultValue === undefined ? description : `${description} (${help.otherwise(String(defaultValue))})`,
  }
}

function titles(words: Words): Readonly<Record<string, string>> {
  return { 'Usage:': words.help.usage, 'Arguments:': words.help.arguments, 'Options:': words.help.options }
}

function helpAfter(spec: Spec, { help }: Words): string {
  const codes = spec.failure === 1 ? help.exits.slice(0, 2) : help.exits
  return [
    '',
    help.examples,
    ...spec.examples.map((example) => `  ${example}`),
    '',
    help.exit,
    ...codes.map((meaning, code) => `  ${code}  ${meaning}`),
  ].join('\n')
}

function tellError(error: unknown, say: Catalogue): void {
  const write = (text: string) => process.stderr.write(`${text}\n`)
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return
    const { message, wayOut } = say.errors['bad-usage']({
      detail: printable(error.message.replace(/^error: |\.$/g, '')),
    })
    write(message)
    write(wayOut)
  } else if (error instanceof ControlError) {
    const { message, wayOut } = sayError(say, error)
    write(printable(message))
    write(`${say.words.wayOut}: ${printable(wayOut)}`)
  } else {
    write(say.words.unexpected(printable(error instanceof Error ? error.message : String(error))))
    if (process.env.DEBUG) write(error instanceof Error ? `${error.stack}` : '')
  }
}
