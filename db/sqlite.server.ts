import type Driver from 'better-sqlite3'

/**
 * The driver of SQLite; nothing else loads one. Node 24.19 changed what better-sqlite3 up to 12 is
 * built on and ends the process when a statement is freed; 13 is built on Node-API 10, which Node 20
 * does not have (it crashes there). So each Node gets the one that runs on it: decision 0023.
 */
export const { default: Sqlite } = hasNodeApi10()
  ? await import('better-sqlite3-node-api')
  : await import('better-sqlite3')

/** A connection to one SQLite file or to one in memory. */
export type Connection = Driver.Database

function hasNodeApi10(): boolean {
  return Number(process.versions['napi']) >= 10
}
