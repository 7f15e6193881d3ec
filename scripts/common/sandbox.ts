import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { withoutSecrets } from '../../infra/engine/secrets.ts'
import { ControlError } from '../../infra/errors.ts'

const MAIN = resolve(import.meta.dirname, '../../test/sandbox/main.ts')

const running = z.object({
  apiUrl: z.url(),
  accessToken: z.string().min(1),
  organization: z.string().min(1),
})
const announced = running.extend({ standalone: z.boolean() })
export type SandboxAccess = z.infer<typeof running>

/** A sandbox in use: found running, or started for this command and ended with it. */
export interface SandboxHandle extends SandboxAccess {
  readonly close: () => Promise<void>
}

const WAIT_MS = 90_000
const LOOK_MS = 300

/**
 * The sandbox kept in a state folder. One that runs by itself (`npm run sandbox`) is used as it is; one that ends
 * with another command is waited for. `onWaiting` is told, once, that it is.
 * @throws ControlError `sandbox-failed`
 */
export async function openSandbox(
  options: { readonly state: string; readonly orchestras: string; readonly organization: string },
  onWaiting: () => void,
): Promise<SandboxHandle> {
  const latest = Date.now() + WAIT_MS
  for (let waiting = false; ; waiting = true) {
    const found = await findRunning(options.state)
    if (found?.standalone) return { ...found, close: async () => {} }
    if (!found) {
      try {
        return await startOwn(options)
      } catch (error) {
        // another command may have been quicker by a moment; it holds this file until it has ended
        if (!existsSync(join(options.state, 'sandbox', 'lock'))) throw error
      }
    }
    if (Date.now() > latest)
      throw new ControlError('sandbox-failed', { detail: `${options.state} is in use` })
    if (!waiting) onWaiting()
    await sleep(LOOK_MS)
  }
}

async function startOwn({
  state,
  orchestras,
  organization,
}: Parameters<typeof openSandbox>[0]): Promise<SandboxHandle> {
  const words = ['--state', state, '--orchestras', orchestras, '--organization', organization]
  const child = fork(MAIN, words, {
    env: withoutSecrets(process.env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const access = await firstLine(child)
  return { ...access, close: () => stop(child) }
}

async function findRunning(state: string): Promise<z.infer<typeof announced> | null> {
  try {
    const access = announced.parse(JSON.parse(await readFile(join(state, 'sandbox', 'running.json'), 'utf8')))
    const answer = await fetch(`${access.apiUrl}/v1/organizations`, {
      headers: { authorization: `Bearer ${access.accessToken}` },
      signal: AbortSignal.timeout(3_000),
    })
    await answer.body?.cancel()
    return answer.ok ? access : null
  } catch {
    return null
  }
}

function firstLine(child: ChildProcess): Promise<SandboxAccess> {
  return new Promise((resolve, reject) => {
    let said = ''
    let complaint = ''
    child.stdout?.on('data', (chunk) => {
      said += chunk
      const end = said.indexOf('\n')
      if (end < 0) return
      const access = running.safeParse(jsonIn(said.slice(0, end)))
      if (access.success) resolve(access.data)
      else reject(new ControlError('sandbox-failed', { detail: said.slice(0, 200) }))
    })
    child.stderr?.on('data', (chunk) => {
      complaint = `${complaint}${chunk}`.slice(-2_000)
    })
    child.once('error', (error) =>
      reject(new ControlError('sandbox-failed', { detail: error.message }, { cause: error })),
    )
    child.once('exit', (code) =>
      reject(new ControlError('sandbox-failed', { detail: complaint.trim() || `exit ${code}` })),
    )
  })
}

/** The sandbox stops by itself when the channel to it closes; it is waited for, so that its databases are down. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.disconnect()
  await gone
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Tells the sandbox to misbehave: what its databases do from now on is no longer what the API says. */
export async function misbehave(env: NodeJS.ProcessEnv, what: 'share', body: object): Promise<void> {
  const answer = await fetch(`${env.SUPABASE_API_URL}/_sandbox/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.SUPABASE_ACCESS_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new ControlError('sandbox-failed', { detail: await answer.text() })
}
