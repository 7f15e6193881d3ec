import type { FindingCode } from '../finding.ts'
import type { Rule } from '../rule.ts'
import { undeclared, unlisted, unproven, unreadDeclaration, unusableEvidence } from './fleet.ts'
import { crossLink, unreadLink } from './links.ts'
import { foreignNameplate, tampered, unplated } from './nameplates.ts'
import { ledgerDrift, refDrift, sharedRef, stranger, wrongOrganization } from './refs.ts'
import { schemaDrift } from './schema.ts'
import { missing, paused, pending, uncounted, unverified } from './seen.ts'
import { sharedLineage, sharedLocks, sharedServer } from './servers.ts'
import { sharedTrust, symmetric } from './trust.ts'

/** Every code but `blind-rule`, which says that one of these did not catch its plant. */
export type RuleCode = Exclude<FindingCode, 'blind-rule'>

type Rules = { readonly [C in RuleCode]: Rule<C> }

/** All rules, gravest first, in the order in which findings are told. */
export const rules: Rules = {
  'shared-ref': sharedRef,
  'shared-server': sharedServer,
  'shared-locks': sharedLocks,
  'foreign-nameplate': foreignNameplate,
  'shared-trust': sharedTrust,
  'cross-link': crossLink,
  'ref-drift': refDrift,
  'wrong-organization': wrongOrganization,
  missing,
  unverified,
  'unread-link': unreadLink,
  unplated,
  tampered,
  'unread-declaration': unreadDeclaration,
  undeclared,
  unlisted,
  'unusable-evidence': unusableEvidence,
  unproven,
  stranger,
  'ledger-drift': ledgerDrift,
  'schema-drift': schemaDrift,
  paused,
  pending,
  symmetric,
  uncounted,
  'shared-lineage': sharedLineage,
}
