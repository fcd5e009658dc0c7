import { readEnv } from '#app/deps/env.server.ts'
import * as audit from './commands/audit.ts'
import { backupCommands } from './commands/backup.ts'
import { addCentre } from './commands/centres.ts'
import { checkCommand } from './commands/check.ts'
import * as keys from './commands/keys.ts'
import { addOperator } from './commands/operators.ts'
import { rehearseCommand } from './commands/rehearse.ts'
import { confirmRetention, listRetention } from './commands/retention.ts'
import { importSchools, listSchools } from './commands/schools.ts'
import { openProgram } from './open-program.ts'
import { runTerminal, type TerminalCommand } from './terminal.ts'

/** Every command of the terminal, in the order in which the usage lists them. */
const COMMANDS: readonly TerminalCommand[] = [
  addOperator,
  addCentre,
  importSchools,
  listSchools,
  keys.status,
  keys.rotate,
  ...backupCommands(readEnv),
  audit.head,
  audit.verify,
  audit.accept(readEnv),
  checkCommand(readEnv),
  rehearseCommand(),
  listRetention,
  confirmRetention,
]

const program = openProgram()

process.exitCode = await runTerminal(COMMANDS, process.argv.slice(2), program, {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
await program.close()
