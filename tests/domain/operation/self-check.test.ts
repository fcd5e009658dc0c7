import { describe, expect, test } from 'vitest'
import {
  CHECKS,
  checked,
  fileSystemOf,
  isClockBehind,
  isSpaceScarce,
} from '#app/domain/operation/self-check.ts'
import type { Instant } from '#app/domain/time.ts'

describe('what refuses a start, and what only says', () => {
  test('is this and nothing else', () => {
    const refusing = Object.entries(CHECKS).filter(([, [, state]]) => state === 'refused')
    expect(refusing.map(([code]) => code)).toEqual([
      ...['key_file_unfit', 'folder_not_writable', 'ledger_not_writable', 'ledger_unfit'],
      ...['files_remote', 'engine_unfit', 'head_cut', 'head_rewritten', 'head_not_ours'],
      ...['clock_behind', 'opening_damaged', 'opening_not_writable', 'opening_no_space'],
      ...['opening_disk_failed', 'opening_locked', 'opening_no_database', 'opening_failed'],
    ])
    expect(checked('rules_missing')).toMatchObject({ name: 'rules', state: 'hint' })
  })
})

describe('the file system', () => {
  // the numbers of linux/magic.h, some as a platform gives them that knows signs
  test.each([
    [0x6969, 'remote', 'NFS'],
    [0xff534d42, 'remote', 'CIFS'],
    [-11317950, 'remote', 'CIFS'],
    [0xfe534d42, 'remote', 'SMB2'],
    [-28095166, 'remote', 'SMB2'],
    [0x65735546, 'unknown', 'FUSE'],
    [0x01021997, 'unknown', '9P'],
    [0xef53, 'local', '0xef53'],
    [0x9123683e, 'local', '0x9123683e'],
    [0x01021994, 'local', '0x1021994'],
  ])('%i is %s (%s)', (type, where, kind) => {
    expect(fileSystemOf(type)).toEqual({ where, kind })
  })
})

describe('the clock', () => {
  const NOW = '2026-11-22T12:00:00.000Z' as Instant
  const at = (time: string) => time as Instant

  test.each([
    ['no entry yet', null, null, false],
    ['the last entry is earlier', at('2026-11-22T11:00:00.000Z'), null, false],
    ['a correction of seconds', at('2026-11-22T12:00:07.000Z'), null, false],
    ['ten minutes behind', at('2026-11-22T12:10:00.000Z'), null, false],
    ['more than ten minutes behind', at('2026-11-22T12:10:00.001Z'), null, true],
    ['a day behind', at('2026-11-23T12:00:00.000Z'), null, true],
    ['years behind', at('2036-11-23T12:00:00.000Z'), at('2036-11-23T12:00:00.000Z'), false],
    ['behind again', at('2036-11-24T12:00:00.000Z'), at('2036-11-23T12:00:00.000Z'), true],
  ])('%s', (_how, last, accepted, isBehind) => {
    expect(isClockBehind(NOW, last, accepted)).toBe(isBehind)
  })
})

test('room is scarce below a gibibyte, or below twice the database', () => {
  const GIB = 1_073_741_824
  expect([GIB - 1, GIB].map((free) => isSpaceScarce(free, 0))).toEqual([true, false])
  expect([6 * GIB - 1, 6 * GIB].map((free) => isSpaceScarce(free, 3 * GIB))).toEqual([true, false])
})
