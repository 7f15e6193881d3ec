import { Hono } from 'hono'
import { z } from 'zod'
import { Fault } from '../faults.ts'
import { bodyOf, type Env, known, type Room } from '../http.ts'
import { Mischief } from '../mischief.ts'
import { Status } from '../state.ts'

const Ref = z.string().regex(/^[a-z]{20}$/, 'must be 20 lowercase letters')
const Share = z.strictObject({ ref: Ref, with: Ref })
const Clone = z.strictObject({ ref: Ref, from: Ref })
const Restart = z.strictObject({ ref: Ref })
const SetStatus = z.strictObject({ ref: Ref, status: Status })

/** How tests tell the sandbox to misbehave. */
export function controlRoutes(room: Room): Hono<Env> {
  const { faults, log } = room
  const mischief = new Mischief(room.store, room.fleet)
  return new Hono<Env>()
    .post('/_sandbox/share', async (c) => {
      const body = await bodyOf(c, Share)
      await mischief.share(known(room, body.ref), known(room, body.with))
      return c.json({ ok: true })
    })
    .post('/_sandbox/clone', async (c) => {
      const body = await bodyOf(c, Clone)
      await mischief.clone(known(room, body.ref), known(room, body.from))
      return c.json({ ok: true })
    })
    .post('/_sandbox/restart', async (c) => {
      const { ref } = await bodyOf(c, Restart)
      await mischief.restart(known(room, ref))
      return c.json({ ok: true })
    })
    .post('/_sandbox/status', async (c) => {
      const { ref, status } = await bodyOf(c, SetStatus)
      await mischief.setStatus(known(room, ref), status)
      return c.json({ ok: true })
    })
    .post('/_sandbox/fault', async (c) => {
      faults.plant(await bodyOf(c, Fault))
      return c.json({ ok: true })
    })
    .delete('/_sandbox/fault', (c) => {
      faults.clear()
      return c.json({ ok: true })
    })
    .get('/_sandbox/log', (c) => c.json(log.calls))
}
