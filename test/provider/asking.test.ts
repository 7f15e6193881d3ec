import { expect, test } from 'vitest'
import { ControlError } from '../../infra/errors.ts'
import { onceAsked } from '../../infra/provider/asking.ts'

const refused = (answer: string) => new ControlError('project-pause-refused', { slug: 's', ref: 'r', answer })

/** How often something is sent when it is asked for three times, and each answer is one of these. */
async function sent(...answers: readonly (ControlError | null)[]): Promise<number> {
  let count = 0
  const ask = onceAsked(
    { mustBeWanted: () => {} },
    async () => {
      const answer = answers[count++]
      if (answer) throw answer
    },
    refused,
  )
  for (let times = 0; times < 3; times++) await ask()
  return count
}

const call = 'POST /v1/projects/{ref}/pause'
const answered = (status: number, answer: string) => new ControlError('api-refused', { call, status, answer })

test('what was heard is not sent again; what nobody knows of, or what came too early, is', async () => {
  expect(await sent()).toBe(1)
  expect(await sent(new ControlError('api-timeout', { call, seconds: 15 }))).toBe(2)
  expect(await sent(answered(503, ''), answered(400, 'it is PAUSING, it may take a while'))).toBe(3)
})

test('a no is one, and what was not about this is passed on as it is', async () => {
  await expect(sent(answered(400, 'Not on this plan'))).rejects.toMatchObject({
    code: 'project-pause-refused',
  })
  await expect(sent(answered(403, 'Forbidden'))).rejects.toMatchObject({ code: 'api-refused' })
  await expect(sent(new ControlError('token-missing', {}))).rejects.toMatchObject({ code: 'token-missing' })
})
