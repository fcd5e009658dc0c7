import { createRemixStub } from '@remix-run/testing'
import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { CaseId } from '#app/domain/ids.ts'
import { RegisterDuplicates } from '#app/ui/case/register-duplicates.tsx'

const SISTER = {
  caseId: 'sister' as CaseId,
  caseNumber: 'DN-2026-0007',
  name: 'Daryna Kovalenko',
  born: '03.04.2015',
  registeredOn: '2026-11-09',
  kind: 'sibling',
} as const

async function show(joinsFamily: boolean) {
  const page = <RegisterDuplicates shown={[SISTER]} confirmed="" joinsFamily={joinsFamily} />
  const Stub = createRemixStub([{ path: '*', Component: () => page }])
  render(<Stub />)
  await screen.findByRole('alert')
  return screen.queryByRole('button', { name: 'Zu dieser Familie melden' })
}

test('a family is offered to a child that has none yet', async () => {
  expect(await show(false)).not.toBeNull()
})

test('a child that already comes to a family is offered no other one beside it', async () => {
  expect(await show(true)).toBeNull()
})
