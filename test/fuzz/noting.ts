import { command } from '../../scripts/common/command.ts'

// A command that says what it is told to: on the way of progress, and then as what went wrong.
await command({ name: 'doctor', options: ['json'], examples: [] }, async ({ note }) => {
  note(process.env.SAID ?? '')
  throw new TypeError(process.env.SAID)
})
