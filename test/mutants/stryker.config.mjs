import { chosen } from './rooms.mjs'

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutants/vitest.config.mjs', related: true },
  coverageAnalysis: 'perTest',
  mutate: chosen.flatMap(({ mutate }) => mutate),
  reporters: ['clear-text', 'json', 'progress'],
  jsonReporter: { fileName: '.local/mutants/mutants.json' },
  tempDirName: '.local/mutants/work',
  ignorePatterns: ['.local', 'docs'],
}
