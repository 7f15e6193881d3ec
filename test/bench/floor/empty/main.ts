import { main } from '@pulumi/pulumi/provider/index.js'

// A provider of resources that are nothing: the least that the engine can be asked to look after.

const provider = {
  version: '0.1.0',
  check: async (_urn: string, _olds: unknown, news: unknown) => ({ inputs: news }),
  diff: async () => ({ changes: false }),
  create: async () => ({ id: 'empty', outs: {} }),
}

await main(provider, process.argv.slice(2))
