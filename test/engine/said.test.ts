import { describe, expect, it } from 'vitest'
import { fromText, oneLine } from '../../infra/engine/said.ts'
import { ControlError } from '../../infra/errors.ts'
import { readSaid } from '../../infra/provider/said.ts'

describe('an error of ours in the words of the engine', () => {
  it('is read back as it was', () => {
    const error = new ControlError('api-refused', {
      call: 'POST /v1/projects',
      status: 402,
      answer: 'a "quoted" } brace {"x":1}',
    })
    for (const text of [
      error.message,
      `creating failed: 1 error occurred:\n\t* ${error.message}\n\n`,
      `<{%reset%}>${error.message}<{%reset%}>`,
    ]) {
      expect(fromText(text)).toEqual(error)
    }
  })

  it('is not made of text that only looks like one', () => {
    for (const text of [
      '',
      'project-slow',
      'project-slow {',
      'project-slow {"slug":1}',
      'no-such-code {"a":1}',
      'xproject-missing {"slug":"a","ref":"b"}',
    ]) {
      expect(fromText(text)).toBeNull()
    }
  })

  it('is found behind text that only looks like one', () => {
    expect(fromText('project-slow {} then token-missing {}')?.code).toBe('token-missing')
  })
})

describe('a text of unknown origin', () => {
  it('becomes one printable line', () => {
    expect(oneLine('<{%fg 1%}>a\n\tb<{%reset%}>\u001b[31mc\u001b[0m\u0007\u202e d')).toBe('a bc d')
    expect(oneLine('x'.repeat(5000))).toHaveLength(600)
  })
})

describe('progress in the words of the provider', () => {
  it('is read, and nothing else is', () => {
    expect(readSaid('creating 0 s')).toEqual({ step: 'creating', status: null, seconds: 0 })
    expect(readSaid('waiting SERVICES:pooler,rest 12 s')).toEqual({
      step: 'waiting',
      status: 'SERVICES:pooler,rest',
      seconds: 12,
    })
    expect(readSaid('deleting 1 s')).toEqual({ step: 'deleting', status: null, seconds: 1 })
    for (const text of ['', 'dancing 1 s', 'waiting', 'waiting COMING_UP 1 s.', 'project-slow {}'])
      expect(readSaid(text)).toBeNull()
  })
})
