import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import type { Ref } from '../../registry/ref.ts'
import { isOthers, type Move } from './open.ts'

/** A file as a pull request must make it. */
export interface Proposal {
  readonly path: string
  readonly text: string
}

/**
 * The orchestra's file for its other project: the new `ref`, the new region, and the old ref as `replaces`, without
 * which the check refuses both. Null when the file is right as it is: without a `ref` the project is found by name.
 */
export async function proposal(move: Move, from: Ref, to: Ref): Promise<Proposal | null> {
  const { orchestra, projects, means } = move
  const region = projects.find(({ ref }) => ref === to)?.region ?? orchestra.region
  const changesRef = orchestra.ref !== null && orchestra.ref !== to
  if (!changesRef && region === orchestra.region) return null
  const document = parseDocument(
    await readFile(join(means.registry.folder, `${orchestra.slug}.yaml`), 'utf8'),
  )
  document.set('ref', to)
  if (region !== orchestra.region) document.set('region', region)
  // what another orchestra has, too, is not replaced: it is given up
  if (isOthers(move, from)) document.delete('replaces')
  else document.set('replaces', from)
  return { path: orchestra.at.file, text: document.toString({ lineWidth: 0, flowCollectionPadding: false }) }
}
