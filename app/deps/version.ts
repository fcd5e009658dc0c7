import { name, version } from '../../package.json'

/** The program and its version, as backups name it. */
export const PROGRAM = `${name} ${version}`
