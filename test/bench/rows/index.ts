import type { Row } from '../row.ts'
import { checkRow, perCoreRow } from './check.ts'
import { createRow } from './create.ts'
import { gatewayRow } from './gateway.ts'
import { judgingRow } from './judging.ts'
import { checkOneRow, previewOneRow } from './one-changed.ts'
import { schemaRow } from './schema.ts'
import { startRow } from './start.ts'
import { upRow } from './up.ts'
import { verifierRow } from './verifier.ts'

/** All that is measured, in the order in which it is told. */
export const rows: readonly Row[] = [
  checkRow,
  schemaRow,
  perCoreRow,
  verifierRow,
  judgingRow,
  upRow,
  createRow,
  checkOneRow,
  previewOneRow,
  startRow,
  gatewayRow,
]
