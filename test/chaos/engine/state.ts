import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** One resource as Pulumi's own state has it; only the fields that are used. */
export interface Resource {
  readonly urn: string
  readonly type: string
  readonly id: string
  readonly inputs?: unknown
  readonly outputs: Readonly<Record<string, unknown>>
  readonly initErrors?: readonly string[]
}

export interface Pending {
  readonly type: 'creating' | 'updating' | 'deleting'
  readonly resource: { readonly urn: string; readonly type: string }
}

export interface Checkpoint {
  resources: Resource[]
  pending_operations: Pending[]
}

export function stateFile(state: string): string {
  return join(state, 'little-engine', 'state.json')
}

/** The text as it lies there, whatever it is; null before the first run. */
export async function readCheckpoint(state: string): Promise<string | null> {
  return readFile(stateFile(state), 'utf8').catch(() => null)
}

/** Puts the state in place whole. */
export async function writeCheckpoint(state: string, checkpoint: Checkpoint): Promise<void> {
  const file = stateFile(state)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.1`, JSON.stringify({ deployment: checkpoint }))
  await rename(`${file}.1`, file)
}
