import type { CaseId, CentreId } from '#app/domain/ids.ts'
import type { Topic } from '#app/domain/interview/topics.ts'
import { lockDraftsOfCase, resealDraft } from '#db/queries/draft.server.ts'
import type { Tx } from '#db/schema.ts'
import type { SubjectKey } from '#db/sealing/envelope.ts'
import { openDraft, sealDraft } from './draft-content.server.ts'

/**
 * A topic of the Beratungsbogen was saved over the version `from`: what anybody typed into the other
 * topics over that version is as new as before, since nothing in them changed.
 */
export async function carryDrafts(
  tx: Tx,
  key: SubjectKey,
  of: { readonly centreId: CentreId; readonly caseId: CaseId },
  saved: { readonly topic: Topic; readonly from: number },
): Promise<void> {
  for (const row of await lockDraftsOfCase(tx, of.centreId, of.caseId)) {
    if (!row.form.startsWith('interview_') || row.form === `interview_${saved.topic}`) continue
    const content = openDraft(key, row)
    const over = content?.fields.find(([name]) => name === 'version')?.[1]
    if (content === null || over !== String(saved.from)) continue
    const fields = content.fields.map(([name, value]) =>
      name === 'version' ? ([name, String(saved.from + 1)] as const) : ([name, value] as const),
    )
    await resealDraft(tx, row, sealDraft(key, row, { ...content, fields }))
  }
}
