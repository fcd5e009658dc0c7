import { existsSync } from 'node:fs'
import { REQUIREMENTS, type Requirement, SECTIONS, type Verdict } from './asvs.ts'
import { table } from './table.ts'

const WORDS: Readonly<Record<Verdict, string>> = {
  met: 'met',
  partly: 'partly',
  not: '**not met**',
  not_applicable: 'does not apply',
}

/**
 * Every requirement with its verdict and where it can be seen.
 * @throws when a file that is named does not exist, or a verdict lacks what it must say.
 */
export function asvsPage(requirements: readonly Requirement[] = REQUIREMENTS): string {
  const faults = requirements.flatMap(faultsOf)
  if (faults.length > 0) throw new Error(`docs/asvs.ts: ${faults.join('; ')}`)
  const counts = (['met', 'partly', 'not', 'not_applicable'] as const).map((verdict) => [
    WORDS[verdict],
    ...([1, 2] as const).map((level) =>
      String(requirements.filter(([, at, said]) => at === level && said === verdict).length),
    ),
    String(requirements.filter(([, , said]) => said === verdict).length),
  ])
  const sections = Object.entries(SECTIONS).map(([number, name]) => {
    const rows = requirements
      .filter(([id]) => id.startsWith(`${number}.`))
      .map(([id, level, verdict, evidence, remark]) => [
        id,
        `L${level}`,
        WORDS[verdict],
        evidence.map((path) => `\`${path}\``).join(', '),
        remark,
      ])
    return `## ${number} ${name}\n\n${table(['No.', 'Level', 'Verdict', 'Where', 'Remark'], rows)}`
  })
  return `# OWASP ASVS 5.0, levels 1 and 2

Our own reading of the code, requirement by requirement; nobody from outside has checked it. The text of the requirements is OWASP's and is not repeated: look up the number.

Where a line does not apply because what it is about does not exist yet (mail 1.3.11, uploads that are kept or handed out 5.2.3 and 5.4.1 to 5.4.3, passwords that become keys 11.4.4, XML 1.5.1), it has to be read again with the feature. 11.4.2 is held at the lowest parameters ASVS 5.0 names for argon2id.

${table(['', 'L1', 'L2', 'All'], [...counts, ['', ...[1, 2].map((level) => String(requirements.filter(([, at]) => at === level).length)), String(requirements.length)]])}
${sections.join('\n')}`
}

function faultsOf([id, , verdict, evidence, remark]: Requirement): readonly string[] {
  const missing = evidence.filter((path) => !existsSync(path)).map((path) => `${id}: no ${path}`)
  const isBare = (verdict === 'met' || verdict === 'partly') && evidence.length === 0
  const isSilent = verdict !== 'met' && remark === ''
  return [
    ...missing,
    ...(isBare ? [`${id}: ${verdict} without a file that shows it`] : []),
    ...(isSilent ? [`${id}: ${verdict} without a reason`] : []),
  ]
}
