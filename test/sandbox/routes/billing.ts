import { Hono } from 'hono'
import { z } from 'zod'
import { ApiError, bodyOf, type Env, projectOf, type Room } from '../http.ts'
import { resizing } from '../phases.ts'
import type { Project } from '../state.ts'

export const SIZES = [
  ...['nano', 'micro', 'small', 'medium', 'large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge'],
  ...['16xlarge', '24xlarge', '24xlarge_optimized_memory', '24xlarge_optimized_cpu', '24xlarge_high_memory'],
  ...['48xlarge', '48xlarge_optimized_memory', '48xlarge_optimized_cpu', '48xlarge_high_memory'],
] as const

/** Dollars an hour. The larger machines are sold by contract. */
const HOURLY: Record<string, number> = {
  ...{ micro: 0.01344, small: 0.0206, medium: 0.0822, large: 0.1517, xlarge: 0.2877, '2xlarge': 0.562 },
  ...{ '4xlarge': 1.32, '8xlarge': 2.562, '12xlarge': 3.836, '16xlarge': 5.12 },
}

const Addon = z.object({ addon_type: z.literal('compute_instance'), addon_variant: z.string() })

export function billingRoutes(room: Room): Hono<Env> {
  const path = '/v1/projects/:ref/billing/addons'
  return new Hono<Env>()
    .get(path, (c) => {
      const { size } = projectOf(c, room)
      const variants = Object.keys(HOURLY).map(variant)
      return c.json({
        selected_addons: size === 'nano' ? [] : [{ type: 'compute_instance', variant: variant(size) }],
        available_addons: [{ type: 'compute_instance', name: 'Compute Instance', variants }],
      })
    })
    .patch(path, async (c) => {
      const project = projectOf(c, room)
      const { addon_variant: id } = await bodyOf(c, Addon)
      const size = SIZES.find((other) => id === `ci_${other}`)
      if (!size || size === 'nano') throw new ApiError(400, `addon_variant: ${id} is not a compute instance`)
      await resize(room, project, size)
      return c.body(null, 200)
    })
    .delete(`${path}/:addon_variant`, async (c) => {
      const project = projectOf(c, room)
      const id = c.req.param('addon_variant')
      if (project.size === 'nano' || id !== `ci_${project.size}`) {
        throw new ApiError(400, `addon_variant: ${id} is not selected`)
      }
      await resize(room, project, 'nano')
      return c.body(null, 200)
    })
}

/** Another machine under the same data: the server stops, and comes up again with a later start time. */
async function resize({ store, fleet, provisioningMs }: Room, project: Project, size: string): Promise<void> {
  const status = fleet.status(project)
  if (!status.startsWith('ACTIVE')) throw new ApiError(400, `This project cannot be resized, it is ${status}`)
  if (project.size === size) return
  project.size = size
  project.phases = resizing(new Date(), provisioningMs)
  project.shown = null
  await store.save()
  fleet.restartSoon(fleet.serving(project).ref)
}

function variant(size: string) {
  const amount = HOURLY[size] ?? 0
  const description = amount ? `$${amount}/hour (~$${Math.round(amount * 730)}/month)` : 'Contact us'
  const name = size.replace(/^\d*./, (start) => start.toUpperCase()).replaceAll('_', ' ')
  return { id: `ci_${size}`, name, price: { description, type: 'usage', interval: 'hourly', amount } }
}
