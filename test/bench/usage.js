import { appendFileSync } from 'node:fs'

// Imported by every Node process of a measured command: each tells at its end what it used.

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const cpuMs = (userCPUTime + systemCPUTime) / 1000
  appendFileSync(process.env.BENCH_USAGE, `${JSON.stringify({ cpuMs, peakMb: maxRSS / 1024 })}\n`)
})
