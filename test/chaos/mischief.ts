import { Database } from './platform/database.ts'
import type { World } from './world.ts'

/** What somebody outside may do to a project. The first two leave each orchestra its own database. */
export const MISCHIEF = ['rename', 'pause', 'delete', 'move', 'clone', 'share', 'key'] as const
export type Mischief = (typeof MISCHIEF)[number]

/** Does it to the project of `slug`; the answer undoes it. `other` is whose things it gets. */
export function misbehave(world: World, what: Mischief, slug: string, other: string): () => unknown {
  const { platform } = world
  const [project, source] = [world.projectOf(slug), world.projectOf(other)]
  if (!project || !source) throw new TypeError(`no project of ${slug} or ${other}`)
  const { name, organization, database, key } = project
  switch (what) {
    case 'rename':
      project.name = `${name}-old`
      return () => Object.assign(project, { name })
    case 'pause':
      project.asleep = true
      return () => Object.assign(project, { asleep: false })
    case 'delete':
      platform.projects = platform.projects.filter((one) => one !== project)
      return () => platform.projects.push(project)
    case 'move':
      project.organization = 'another'
      return () => Object.assign(project, { organization })
    case 'clone':
      project.database = new Database(source.database.plates)
      return () => Object.assign(project, { database })
    case 'share':
      project.database = source.database
      return () => Object.assign(project, { database })
    case 'key':
      project.key = source.key
      return () => Object.assign(project, { key })
  }
}
