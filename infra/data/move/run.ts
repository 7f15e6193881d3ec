import type { Means } from '../../isolation/means.ts'
import type { Orchestra } from '../../registry/orchestra.ts'
import { type Completed, complete } from './complete.ts'
import { type Copied, copy } from './copy.ts'
import { type Created, create } from './create.ts'
import { openMove, type Progress } from './open.ts'
import { type Reversed, reverse } from './reverse.ts'
import { type Switched, switchOver } from './switch.ts'
import { type Verified, verify } from './verify.ts'

export const VERBS = ['create', 'copy', 'verify', 'switch', 'reverse', 'complete'] as const
export type Verb = (typeof VERBS)[number]

export interface Wish {
  readonly verb: Verb
  readonly region: string | null
  readonly dryRun: boolean
  readonly discard: boolean
}

/** What a verb came to. */
export type Outcome =
  | ({ readonly verb: 'create' } & Created)
  | ({ readonly verb: 'copy' } & Copied)
  | ({ readonly verb: 'verify' } & Verified)
  | ({ readonly verb: 'switch' } & Switched)
  | ({ readonly verb: 'reverse' } & Reversed)
  | ({ readonly verb: 'complete' } & Completed)

/** Does one step of a move. @throws ControlError those of the step */
export async function moveOrchestra(
  means: Means,
  orchestra: Orchestra,
  { verb, region, dryRun, discard }: Wish,
  onProgress: Progress,
): Promise<Outcome> {
  const move = await openMove(means, orchestra, { dryRun, onProgress })
  switch (verb) {
    case 'create':
      return { verb, ...(await create(move, region)) }
    case 'copy':
      return { verb, ...(await copy(move)) }
    case 'verify':
      return { verb, ...(await verify(move)) }
    case 'switch':
      return { verb, ...(await switchOver(move)) }
    case 'reverse':
      return { verb, ...(await reverse(move, discard)) }
    case 'complete':
      return { verb, ...(await complete(move)) }
  }
}

/** Whether it came to what it was for. */
export function succeeded(outcome: Outcome): boolean {
  if (outcome.verb === 'create') return outcome.differences.length === 0
  return outcome.verb !== 'verify' || outcome.equal
}
