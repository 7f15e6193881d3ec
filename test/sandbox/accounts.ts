import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { UsageError } from './errors.ts'

/** Whom PostgreSQL runs as. */
export type Account = { readonly uid: number; readonly gid: number }

/** PostgreSQL refuses to run as root: then an unprivileged account that exists here; else null, ourselves. */
export function serverAccount(passwd = '/etc/passwd'): Account | null {
  if (process.getuid?.() !== 0) return null
  const accounts = new Map(
    readFileSync(passwd, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }] as const),
  )
  const account = accounts.get('nobody') ?? accounts.get('postgres')
  if (!account || account.uid === 0) {
    throw new UsageError('PostgreSQL does not run as root, and no account nobody or postgres exists here')
  }
  return account
}

/** The options under which every program of PostgreSQL is run: its account, no inherited environment. */
export function runAs(account: Account | null) {
  return {
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C', TZ: 'UTC' },
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  }
}

/** Runs a program to its end as the account; what it said if it failed. */
export async function run(
  account: Account | null,
  program: string,
  args: readonly string[],
): Promise<{ readonly ok: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...runAs(account), stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', (error) => resolve({ ok: false, output: error.message }))
    child.once('close', (code) => resolve({ ok: code === 0, output: output.trim() }))
  })
}
