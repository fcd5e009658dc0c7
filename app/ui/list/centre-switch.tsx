import { FilterChips } from './filter-chips.tsx'

type Props = {
  /** Empty when there is nothing to change between. */
  readonly centres: readonly { readonly id: string; readonly name: string }[]
  /** The centre that is shown. */
  readonly current: string | null | undefined
  readonly href: (centreId: string) => string
}

/** Which centre a page shows, for who works in several. */
export function CentreSwitch({ centres, current, href }: Props) {
  if (centres.length === 0) return null
  const chips = centres.map(({ id, name }) => ({
    label: name,
    href: href(id),
    current: id === current,
  }))
  return <FilterChips label="Zentrum" groups={[{ label: 'Zentrum:', chips }]} />
}
