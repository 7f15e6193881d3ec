import protocol from '@pulumi/pulumi/proto/engine_pb.js'
import { getEngine } from '@pulumi/pulumi/runtime/settings.js'
import type { Say } from './project.ts'

/** What is said of a resource while it is worked on: `step [status] seconds`, short enough for one line. */
export interface Said {
  readonly step: 'creating' | 'waiting' | 'plating' | 'deleting'
  readonly status: string | null
  readonly seconds: number
}

const LINE = /^(creating|waiting|plating|deleting)(?: ([A-Za-z_:,]+))? (\d+) s$/

/** Reads back what `reporter` wrote; null for any other text. */
export function readSaid(text: string): Said | null {
  const [, step, status, seconds] = LINE.exec(text) ?? []
  if (step !== 'creating' && step !== 'waiting' && step !== 'plating' && step !== 'deleting') return null
  return { step, status: status ?? null, seconds: Number(seconds) }
}

/**
 * Shows progress beside a resource, by the engine's own log service. Such a line is ephemeral: terminals
 * overwrite it, and it is lost without harm.
 */
export function reporter(urn: string): Say {
  const since = Date.now()
  return (step, status) => {
    const seconds = Math.round((Date.now() - since) / 1000)
    const request = new protocol.LogRequest()
    request.setSeverity(protocol.LogSeverity.INFO)
    request.setUrn(urn)
    request.setEphemeral(true)
    request.setMessage(
      [step, ...(status ? [status.replace(/[^A-Za-z_:,]/g, '')] : []), `${seconds} s`].join(' '),
    )
    getEngine()?.log(request, () => {})
  }
}
