import { afterAll } from 'vitest'
import { closeWorlds } from '#tests/setup/world.ts'

afterAll(closeWorlds)
