import { refOf } from '../support.ts'
import type { Scene } from '../watch/scene.ts'
import { BOT } from '../watch/world.ts'

export const [ALTO, BASSO] = [refOf('a'), refOf('b')]
/** The two orchestras that a world begins with. */
export const FIRST = { alto: ALTO, basso: BASSO } as const
/** A branch with an open pull request that adds an orchestra. */
export const PROPOSAL = 'add-extra'
export const MAILBOXES = ['larm@orkestrar.example', 'jour@orkestrar.example']
export const SETTINGS = `organization: orkestrar
language: sv
wait: 5m
superadmins: [anna, bo]
mail:
  to: [${MAILBOXES.join(', ')}]
  from: watch@orkestrar.example
`

/** A repository to which the bot may write, with an open pull request. */
export async function furnish(scene: Scene): Promise<void> {
  await scene.commit('orchestras/README.md', 'orchestras')
  const bot = encodeURIComponent(BOT)
  await scene.world.as('the-owner', 'PUT', `/collaborators/${bot}`, { permission: 'push' })
  await scene.pull(PROPOSAL, { 'orchestras/extra.yaml': 'name: Extra\n' })
}
