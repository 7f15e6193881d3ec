import { newTally, toldOf } from '../case.ts'
import { wholeCampaign } from './campaign.ts'

/** Runs the campaign of real processes and tells of it; 1 when something did not hold. */
export async function wholeWorld(): Promise<0 | 1> {
  const tally = newTally()
  let failed = 0
  await wholeCampaign(tally, (name, wrongs) => {
    console.log(`${wrongs.length === 0 ? 'holds ' : 'FAILED'} ${name}`)
    if (wrongs.length > 0) failed += 1
    for (const wrong of wrongs) console.log(wrong)
  })
  console.log(`${toldOf(tally)}: ${failed} failed`)
  return failed > 0 ? 1 : 0
}
