import type { Env } from '#app/deps/env.server.ts'
import { err, ok, type Result } from '#app/domain/result.ts'
import { formatDateTime } from '#app/i18n/format.ts'
import { acceptHead } from '#app/services/audit/kept-head.server.ts'
import {
  anchorTrail,
  type TrailReport,
  trailHeads,
  verifyTrail,
} from '#app/services/audit/verify-trail.server.ts'
import type { Refusal } from '#app/services/refusals.ts'
import type { Given, Program, TerminalCommand, Told, WrongUsage } from '../terminal.ts'

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

/**
 * `audit accept`: after an older backup was put back, says that the trail rightly ends before the heads
 * kept elsewhere. Without it the program does not start.
 */
export function accept(readEnv: () => Env): TerminalCommand {
  return {
    noun: 'audit',
    verb: 'accept',
    usage: '[--head DATEI]',
    options: ['head'],
    required: [],
    flags: [],
    words: 0,
    run: (program, given) => runAccept(program, given, readEnv),
  }
}

async function runAccept(
  program: Program,
  { text }: Given,
  readEnv: () => Env,
): Promise<Result<Told, Refusal | WrongUsage>> {
  const file = text['head'] ?? readEnv().auditHeadFile
  if (file === null) {
    return err({ code: 'wrong_usage', why: 'Es fehlt --head DATEI oder AUDIT_HEAD_FILE.' })
  }
  const accepted = await acceptHead(await program.context(), file)
  if (!accepted.ok) return accepted
  const count = accepted.value
  const what =
    count === 0
      ? 'Das Protokoll passt zu den aufgehobenen Enden; es gibt nichts zu bestätigen.'
      : `Bestätigt und in ${file} vermerkt. Was die früheren Enden nannten und jetzt fehlt, gilt als verloren. Betroffene Protokolle: ${count}.`
  return ok({ json: { accepted: count, file }, text: what })
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

function told(report: TrailReport, headFile: string | null): string {
  const { links, headsCompared, newestHead, breaksAccepted } = report
  const newest =
    newestHead === null
      ? 'Es ist noch keines aufgehoben.'
      : `Das jüngste ist vom ${formatDateTime(newestHead)}: Was danach kam, deckt es nicht. Ist es älter als Ihr letzter Auftrag, fehlen Zeilen am Ende der Datei.`
  const kept =
    headFile === null
      ? 'Ohne aufgehobenes Ende (--head DATEI) fällt nicht auf, wenn am Ende etwas fehlt.'
      : `Aufgehobene Enden verglichen: ${headsCompared}. ${newest}`
  const given =
    breaksAccepted === 0
      ? ''
      : ` Nach einem Zurückspielen als verloren bestätigt: ${breaksAccepted}.`
  return `Das Protokoll ist ungebrochen: ${links} Einträge. ${kept}${given}`
}
