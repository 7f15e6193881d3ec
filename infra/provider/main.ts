import { main } from '@pulumi/pulumi/provider/index.js'
import { resetOptions } from '@pulumi/pulumi/runtime/settings.js'
import { Life } from './life.ts'
import { SupabaseProvider } from './provider.ts'

// The engine starts this file through `pulumi-resource-supabase`; the last argument is its own address.
const args = process.argv.slice(2)
const engine = args.findLast((argument) => /^[\w.:[\]-]+:\d+$/.test(argument))
if (engine !== undefined) resetOptions('', '', -1, engine, '', false, '')

await main(new SupabaseProvider(process.env, new Life(process.env)), args)
