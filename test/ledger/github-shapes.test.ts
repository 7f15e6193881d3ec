import { expect, test } from 'vitest'
import { commitShape, noFileShape, refShape, writtenShape } from '../../infra/ledger/github-shapes.ts'

const SHA = '0123456789abcdef0123456789abcdef01234567'
const understands = (
  shape: typeof refShape | typeof noFileShape | typeof writtenShape | typeof commitShape,
) => {
  return (said: unknown) => shape.safeParse(said).success
}

test('a commit is named by forty to sixty-four hexadecimal digits, and by nothing around them', () => {
  const is = understands(refShape)
  for (const sha of [SHA, `${SHA}${'a'.repeat(24)}`]) expect(is({ object: { sha } }), sha).toBe(true)
  for (const sha of [`x${SHA}`, `${SHA}x`, `${SHA}\n`, SHA.slice(1), `${SHA}${'a'.repeat(25)}`, 'main', 7])
    expect(is({ object: { sha } }), `${sha}`).toBe(false)
  expect(understands(commitShape)({ sha: SHA, parents: [{ sha: 'HEAD' }] })).toBe(false)
})

test('what lies where a file was looked for may be a folder, a link or another repository, and nothing else', () => {
  const is = understands(noFileShape)
  for (const there of [[], [{ path: 'x' }], { type: 'symlink' }, { type: 'submodule' }])
    expect(is(there), JSON.stringify(there)).toBe(true)
  for (const there of [{ type: 'file' }, { type: '' }, {}, [{}], 'folder'])
    expect(is(there), JSON.stringify(there)).toBe(false)
})

test('a write is answered with the commit that it made', () => {
  const is = understands(writtenShape)
  expect(is({ commit: { sha: SHA }, content: null })).toBe(true)
  for (const said of [{}, { commit: {} }, { commit: { sha: '' } }]) expect(is(said)).toBe(false)
})
