import { readdir, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import type { Trace } from './marks.ts'

const GZIP = Buffer.from([0x1f, 0x8b])

/**
 * What the engine keeps of each of its runs, asked for or not: compressed until it knows the stack's passphrase, and
 * sealed with that afterwards.
 * Source: pulumi/pulumi pkg/logging/encrypted.go
 */
export async function engineLogs(since: Date): Promise<readonly Trace[]> {
  const folder = join(process.env.PULUMI_HOME || join(homedir(), '.pulumi'), 'logs')
  const found: Trace[] = []
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const bytes = await written(file, since)
    if (bytes === null) continue
    const text = bytes.subarray(0, 2).equals(GZIP)
      ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
      : bytes
    found.push({ at: `engine/${name}`, text: text.toString('latin1') })
  }
  return found
}

/** Null also where an engine of another test has just renamed it. */
async function written(file: string, since: Date): Promise<Buffer | null> {
  try {
    return (await stat(file)).mtime < since ? null : await readFile(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
