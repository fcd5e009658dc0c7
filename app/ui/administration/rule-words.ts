import type { CentreRules, RuleChange } from '#app/domain/centre/centre.ts'
import type { Option } from '../form/select.tsx'

const DECIDERS = [
  {
    value: 'school',
    label: 'die Schule',
    hint: 'Sie trägt ihre Zahl selbst ein. Hat sie kein Konto, trägt die Beratung ein, was sie sagt.',
  },
  {
    value: 'owner',
    label: 'der Schulträger',
    hint: 'Er trägt die Zahl seiner Schulen ein. Hat er kein Konto, trägt die Beratung ein, was er sagt.',
  },
] as const satisfies readonly Option[]

type Rule = { readonly label: string; readonly options: readonly Option[] }

/** How each rule is called, and its choices; each says in a sentence what it does. */
export const RULES = {
  secondSeat: {
    label: 'Regelplatz für später',
    options: [
      {
        value: 'required',
        label: 'ist Bedingung',
        hint: 'Vorgeschlagen wird nur eine Schule, die zum Förderplatz auch einen Regelplatz frei hat.',
      },
      {
        value: 'warn',
        label: 'wird mit vorgemerkt, wenn einer frei ist',
        hint: 'Fehlt er, sagt der Vorschlag, ab wann er fehlt.',
      },
      {
        value: 'off',
        label: 'spielt keine Rolle',
        hint: 'Ein Vorschlag merkt nur den Förderplatz vor.',
      },
    ],
  },
  supportDecidedBy: { label: 'Über Förderplätze entscheidet', options: DECIDERS },
  regularDecidedBy: { label: 'Über Regelplätze entscheidet', options: DECIDERS },
  assignedBy: {
    label: 'Zugewiesen wird durch',
    options: [
      {
        value: 'authority',
        label: 'das Schulamt',
        hint: 'Die Beratung schlägt vor, die Schulaufsicht weist zu oder gibt zurück.',
      },
      {
        value: 'centre',
        label: 'das Zentrum',
        hint: 'Die Schulaufsicht hat die Zuweisung übertragen; auch wer vorgeschlagen hat, darf zuweisen.',
      },
      {
        value: 'two_at_centre',
        label: 'das Zentrum, zu zweit',
        hint: 'Die Schulaufsicht hat die Zuweisung übertragen; zuweisen muss eine andere Person als die, die vorgeschlagen hat.',
      },
    ],
  },
} as const satisfies Readonly<Record<keyof CentreRules, Rule>>

/** A rule that was set otherwise, as the form calls it: `Zugewiesen wird durch: das Schulamt → …`. */
export function ruleChangeText({ rule, from, to }: RuleChange): string {
  const { label, options }: Rule = RULES[rule]
  const word = (code: string) => options.find(({ value }) => value === code)?.label ?? code
  return `${label}: ${word(from)} → ${word(to)}`
}
