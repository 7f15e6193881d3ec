import { defineConfig } from 'vitest/config'
import { chosen } from './rooms.mjs'

export default defineConfig({ test: { include: chosen.flatMap(({ tests }) => tests), testTimeout: 60_000 } })
