import { ok, type Result } from '#app/domain/result.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import {
  anchorTrail,
  type TrailReport,
  trailHeads,
  verifyTrail,
} from '#app/services/audit/verify-trail.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import type { Given, Program, TerminalCommand, Told } from '../terminal.ts'

/** `audit head`: the signed ends of the trail's chains, printed, or appended to a file elsewhere. */
export const head: TerminalCommand = {
  noun: 'audit',
  verb: 'head',
  usage: '[--to DATEI]',
  options: ['to'],
  required: [],
  flags: [],
  words: 0,
  run: runHead,
}

/** `audit verify`: reads the trail from its beginning and compares it with heads kept elsewhere. */
export const verify: TerminalCommand = {
  noun: 'audit',
  verb: 'verify',
  usage: '[--head DATEI]',
  options: ['head'],
  required: [],
  flags: [],
  words: 0,
  run: runVerify,
}

async function runHead(program: Program, { text }: Given): Promise<Result<Told, Refusal>> {
  const ctx = await program.context()
  const file = text['to']
  if (file !== undefined) {
    const count = await anchorTrail(ctx, file)
    return ok({ json: { appended: count, file }, text: `Angehängt an ${file}: ${count}` })
  }
  const heads = await trailHeads(ctx)
  return ok({ json: heads, text: heads.map((one) => JSON.stringify(one)).join('\n') })
}

async function runVerify(program: Program, { text }: Given): Promise<Result<Told, Refusal>> {
  const headFile = text['head'] ?? null
  const report = await verifyTrail(await program.context(), headFile)
  if (!report.ok) return report
  const [first] = report.value.findings
  if (first !== undefined) {
    const { what, at, centre } = first
    const where = centre ?? 'Datei'
    return {
      ok: false,
      error: { code: 'trail_broken', what, at, where, findings: report.value.findings.length },
    }
  }
  return ok({ json: report.value, text: told(report.value, headFile) })
}

function told({ links, headsCompared, newestHead }: TrailReport, headFile: string | null): string {
  const newest =
    newestHead === null
      ? 'Es ist noch keines aufgehoben.'
      : `Das jüngste ist vom ${formatDateTime(newestHead)}: Was danach kam, deckt es nicht. Ist es älter als Ihr letzter Auftrag, fehlen Zeilen am Ende der Datei.`
  const kept =
    headFile === null
      ? 'Ohne aufgehobenes Ende (--head DATEI) fällt nicht auf, wenn am Ende etwas fehlt.'
      : `Aufgehobene Enden verglichen: ${headsCompared}. ${newest}`
  return `Das Protokoll ist ungebrochen: ${links} Einträge. ${kept}`
}
