/** What only our own process uses: to speak with GitHub, to send mail and a sign of life, to open dumps. */
const OURS_ALONE = [
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'SMTP_URL',
  'HEARTBEAT_URL',
  'DUMP_PRIVATE_KEY',
  'GATEWAY_SECRET',
]
/** What the provider uses, too: a call of the engine that starts none needs none of it. */
const PROVIDERS = ['SUPABASE_ACCESS_TOKEN', 'CONTROL_SIGNING_KEY']
/** What opens a backend, by the names that the clouds give it. */
const BACKENDS = /^PULUMI_|^(?:AWS|GOOGLE|AZURE|ARM)_|_PASSPHRASE/

/** For the engine where it runs the program: it merges what it is given into our environment, so each is emptied. */
export function oursEmptied(): Readonly<Record<string, string>> {
  return Object.fromEntries(OURS_ALONE.map((name) => [name, '']))
}

/** For the engine where it only reads or edits state. */
export function withoutTokens(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return without(env, (name) => [...OURS_ALONE, ...PROVIDERS].includes(name))
}

/** For programs that need no secret at all: those that bring the engine, a browser, the sandbox. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const tells = (name: string) => name !== 'PULUMI_HOME' && BACKENDS.test(name)
  return without(withoutTokens(env), tells)
}

function without(env: NodeJS.ProcessEnv, leaves: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !leaves(name)))
}
