/**
 * What is mutated, room by room, and the tests that judge it. Left out are tests that start processes, where a mutant is
 * not, and what speaks with servers and waits for them: that is what guards and campaigns are for.
 */
export const rooms = {
  isolation: {
    mutate: ['infra/isolation/rules/*.ts', 'infra/isolation/{judge,rule,pending}.ts'],
    tests: ['test/isolation/{rules,findings}.test.ts'],
  },
  registry: { mutate: ['infra/registry/**/*.ts'], tests: ['test/registry/*.test.ts'] },
  ledger: {
    mutate: ['infra/ledger/*.ts'],
    tests: ['test/ledger/{keep-ledger,next,publish-github,signed}.test.ts'],
  },
  watch: { mutate: ['infra/watch/*.ts'], tests: ['test/watch/*.test.ts'] },
  routing: {
    mutate: ['infra/routing/{directory,recent,sources,token}.ts'],
    tests: ['test/routing/{attacks,directory,properties,recent,sources,token}.test.ts'],
  },
}

const { ROOM } = process.env
if (ROOM !== undefined && !Object.hasOwn(rooms, ROOM))
  throw new Error(`ROOM is none of ${Object.keys(rooms).join(', ')}`)
/** Those of the room that the environment names, or all. */
export const chosen = ROOM === undefined ? Object.values(rooms) : [rooms[ROOM]]
