import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { unowned } from '../../infra/repository/codeowners.ts'
import { CODE } from '../../infra/repository/wanted.ts'

test('our own file gives everything an owner', async () => {
  expect(unowned(await readFile('.github/CODEOWNERS', 'utf8'), CODE)).toEqual([])
})

test.each([
  ['', ['a.ts'], false],
  ['* @a', ['a.ts', 'infra/a.ts'], true],
  ['* @a\n/infra/ @b', ['infra/a.ts'], true],
  ['* @a\n/infra/', ['infra/a.ts', 'infra/watch/a.ts'], false],
  ['* @a\n/infra/ # nobody', ['infra/a.ts'], false],
  ['* not-an-owner', ['a.ts'], false],
  ['* it@acme.example @org/team-a', ['a.ts'], true],
  ['# * @a', ['a.ts'], false],
  ['/infra/ @a', ['infra/x/y.ts', 'infra/a.ts'], true],
  ['/infra/ @a', ['test/infra/a.ts', 'infra.ts'], false],
  ['infra/ @a', ['infra/a.ts', 'test/infra/a.ts'], true],
  ['/infra @a', ['infra/a.ts'], true],
  ['/infra/* @a', ['infra/a.ts'], true],
  ['/infra/* @a', ['infra/watch/a.ts'], false],
  ['/infra/** @a', ['infra/watch/a.ts', 'infra/a.ts'], true],
  ['/package*.json @a', ['package.json', 'package-lock.json'], true],
  ['/package*.json @a', ['test/package.json', 'packageXjson'], false],
  ['*.yaml @a', ['orchestras/malmo.yaml'], true],
  ['*.yaml @a', ['orchestras/malmo.yml'], false],
  ['!/infra/ @a', ['infra/a.ts'], false],
  ['/inf[r]a/ @a', ['infra/a.ts'], false],
  ['**/watch/ @a', ['infra/watch/a.ts', 'watch/a.ts'], true],
])('%j: %j owned %s', (text, files, owned) => {
  expect(unowned(text, files)).toEqual(owned ? [] : files)
})
