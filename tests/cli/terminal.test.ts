import { describe, expect, test } from 'vitest'
import { addCentre } from '#app/cli/commands/centres.ts'
import { addOperator } from '#app/cli/commands/operators.ts'
import { CannotOpen, type Program, runTerminal, type TerminalCommand } from '#app/cli/terminal.ts'
import { err, ok } from '#app/domain/result.ts'
import { makeWorld, type World } from '#tests/setup/world.ts'

const COMMANDS = [addOperator, addCentre]

async function run(
  argv: readonly string[],
  program: Program,
  commands: readonly TerminalCommand[] = COMMANDS,
) {
  const said = { out: '', err: '' }
  const code = await runTerminal(commands, argv, program, {
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
  })
  return { code, ...said }
}

function programOf(world: World): Program {
  return { context: async () => world.asSystem() }
}

/** A program nobody may open: for what must be said before. */
const closed: Program = {
  context: async () => {
    throw new Error('opened')
  },
}

/** A command that does what a test says. */
function commandThat(answer: TerminalCommand['run']): TerminalCommand {
  return {
    noun: 'things',
    verb: 'do',
    usage: 'DATEI [--on TAG] [--hard]',
    options: ['on'],
    required: [],
    flags: ['hard'],
    words: 1,
    run: answer,
  }
}

const OPERATOR = ['operators', 'add', '--email', 'Olga@Beispiel.example', '--name', 'Olga']
const CENTRE = ['centres', 'add', '--name', 'KI Neu', '--code', 'NE', '--area', '05358']

describe('operators add', () => {
  test('answers with one JSON value: account and link', async () => {
    const world = await makeWorld()
    const { code, out, err: said } = await run([...OPERATOR, '--json'], programOf(world))
    expect({ code, said }).toEqual({ code: 0, said: '' })
    expect(JSON.parse(out)).toEqual({
      account: expect.any(String),
      link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:3000\/einladung#\S{20,}$/),
    })
    const accounts = await world.database.db
      .selectFrom('account')
      .select(['email', 'state'])
      .where('email', '=', 'olga@beispiel.example')
      .execute()
    expect(accounts).toEqual([{ email: 'olga@beispiel.example', state: 'invited' }])
  })

  test('says the same to people, in a sentence', async () => {
    const { code, out } = await run(OPERATOR, programOf(await makeWorld()))
    expect(code).toBe(0)
    expect(out).toMatch(/72 Stunden[\s\S]*einladung#/)
  })

  test.each([
    ['no e-mail address', ['operators', 'add', '--name', 'Olga']],
    ['an empty name', ['operators', 'add', '--email', 'a@b.example', '--name', ' ']],
    ['no address', ['operators', 'add', '--email', 'Olga', '--name', 'Olga']],
    ['an option nobody knows', [...OPERATOR, '--force']],
    ['a word too many', [...OPERATOR, 'schnell']],
    ['a value that is missing', ['operators', 'add', '--name', 'Olga', '--email']],
    ['nothing', []],
    ['an unknown verb', ['operators', 'remove']],
  ])('wrong usage: %s', async (_what, argv) => {
    const { code, out, err: said } = await run(argv, closed)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(said).toContain('npm run -s ki -- operators add --email ADRESSE --name NAME')
    expect(said).not.toMatch(/^\s+at /m)
  })

  test('wrong usage answers with one JSON value as well', async () => {
    const { code, out } = await run(['operators', 'add', '--json'], closed)
    expect(code).toBe(2)
    expect(JSON.parse(out)).toHaveProperty('usage')
  })
})

describe('centres add', () => {
  test('answers with one JSON value: the centre', async () => {
    const world = await makeWorld()
    await world.database.write((tx) => tx.deleteFrom('centre_area').execute())
    const { code, out } = await run([...CENTRE, '--json'], programOf(world))
    expect(code).toBe(0)
    const { centre } = JSON.parse(out)
    const row = await world.database.db
      .selectFrom('centre')
      .select(['code', 'name'])
      .where('id', '=', centre)
      .executeTakeFirst()
    expect(row).toEqual({ code: 'NE', name: 'KI Neu' })
  })

  test('refused: code, sentence and facts as JSON, one German sentence beside it', async () => {
    const { code, out, err: said } = await run([...CENTRE, '--json'], programOf(await makeWorld()))
    expect(code).toBe(1)
    const { refused } = JSON.parse(out)
    expect(refused).toMatchObject({ code: 'area_overlaps', message: said.trim() })
    expect(said).toBe(
      `Die Gemeinde ${refused.municipality} gehört schon zu einem anderen Zentrum.\n`,
    )
  })

  test('refused without --json: stdout stays empty', async () => {
    expect(await run(CENTRE, programOf(await makeWorld()))).toMatchObject({ code: 1, out: '' })
  })
})

describe('the door itself', () => {
  test('hands over words, options and flags', async () => {
    const echo = commandThat(async (_program, { text, flags, words }) =>
      ok({ json: { text, words, flags: [...flags] }, text: '' }),
    )
    const { out } = await run(
      ['things', 'do', 'a.csv', '--on', '2026-05-31', '--hard', '--json'],
      closed,
      [echo],
    )
    expect(JSON.parse(out)).toEqual({
      text: { on: '2026-05-31' },
      words: ['a.csv'],
      flags: ['hard', 'json'],
    })
  })

  test('an accident is refused without a stack trace and without what was in it', async () => {
    const broken = commandThat(async () => {
      throw Object.assign(new Error('UNIQUE constraint failed: olga@beispiel.example'), {
        code: 'SQLITE_CONSTRAINT',
      })
    })
    const { code, out, err: said } = await run(['things', 'do', 'x', '--json'], closed, [broken])
    expect(code).toBe(1)
    expect(JSON.parse(out).refused).toEqual({ code: 'unexpected', message: said.trim() })
    expect(said).toContain('SQLITE_CONSTRAINT')
    expect(said.trim().split('\n')).toHaveLength(1)
    expect(`${out}${said}`).not.toMatch(/olga|Error:|^\s+at /m)
  })

  test('what does not hold at the start is said', async () => {
    const program: Program = {
      context: async () => {
        throw new CannotOpen('Einstieg lässt sich nicht öffnen. KEY_FILE fehlt.')
      },
    }
    const { code, out, err: said } = await run([...OPERATOR, '--json'], program)
    expect(code).toBe(1)
    expect(JSON.parse(out).refused.code).toBe('cannot_open')
    expect(said).toBe('Einstieg lässt sich nicht öffnen. KEY_FILE fehlt.\n')
  })

  test('a command may find its own usage wrong', async () => {
    const picky = commandThat(async () => err({ code: 'wrong_usage', why: '--on: kein Tag.' }))
    const { code, err: said } = await run(['things', 'do', 'x'], closed, [picky])
    expect(code).toBe(2)
    expect(said).toMatch(/^--on: kein Tag\.\nSo geht es:\n {2}npm run -s ki -- things do DATEI/)
  })
})
