import { Server } from 'node:http'
import { installClock } from './clock.ts'
import { installEngine } from './engine/hooks.ts'
import { installFetch } from './fetch.ts'
import { installFiles } from './files.ts'
import { current } from './run.ts'

// Imported first of all: what is loaded after it sees this clock, these files and this engine.
installClock()
installNumber()
installServers()
installFetch()
installFiles()
installEngine()

/** Each run has the number of a process of its own: drafts of files bear it. */
function installNumber(): void {
  const own = process.pid
  Object.defineProperty(process, 'pid', { get: () => own + 1_000_000 * (current.getStore()?.id ?? 0) })
}

/** Servers keep idle connections by the machine's clock, clients give them up by ours: no server may be the first. */
function installServers(): void {
  const listen = Server.prototype.listen as (...given: unknown[]) => Server
  Server.prototype.listen = function (this: Server, ...given: unknown[]) {
    Object.assign(this, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 })
    return listen.apply(this, given)
  }
}
