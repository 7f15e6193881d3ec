import type * as Recorded from '../../../infra/engine/recorded.ts'
import { readCheckpoint } from './state.ts'

// A name that TypeScript need not follow: past the hook, to what this stands in for.
const real: typeof Recorded = await import(`../../../infra/engine/recorded.ts${'?real'}`)

export const readExport = real.readExport

export async function readState({ state }: { readonly state: string }): Promise<Recorded.State> {
  return readExport(await readCheckpoint(state))
}

export async function recorded(options: { readonly state: string }): Promise<Recorded.State['projects']> {
  return (await readState(options)).projects
}
