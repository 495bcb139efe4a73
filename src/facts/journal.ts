import { type Exec, text } from '../lib/exec.ts'
import { once } from '../lib/lazy.ts'
import { type z, zod } from '../lib/zod.ts'
import { cannotShow, noSuchCommand } from './absent.ts'
import { type Fact, fact } from './fact.ts'
import { lines } from './text.ts'

export interface JournalEntry {
  /** Microseconds since 1970, as a string: it outgrows a safe integer nowhere, but is compared, not computed with. */
  readonly at: string
  readonly unit: string
  readonly identifier: string
  /** syslog(3): 0 emergency … 3 error, 4 warning, 6 information, 7 debug. */
  readonly priority: number
  readonly message: string
}

export interface Journal {
  /** Oldest first. */
  readonly entries: readonly JournalEntry[]
  /** False when older entries were left out to keep the bound. */
  readonly complete: boolean
}

/** Entries asked for; one more than the number that are used tells whether there were older ones. */
const newest = 2000
/** Our own exit status for a node without journal files. */
const noJournal = 44
const fields = 'MESSAGE,PRIORITY,_SYSTEMD_UNIT,UNIT,SYSLOG_IDENTIFIER'

/** journalctl says nothing when there is no journal at all, which would look like a quiet node. */
const kept = `found=
for f in /run/log/journal/*/*.journal /var/log/journal/*/*.journal; do [ -e "$f" ] && found=1; done
[ -n "$found" ] || exit ${noJournal}`

/** The newest entries of this boot come first from journalctl, so what a bound cuts off is the oldest. */
const journal = (filter: string): Fact<Journal> =>
  fact({
    probe: `${kept}
journalctl --boot --reverse --no-pager --all --output=json --output-fields=${fields} --lines=${newest} ${filter}`,
    version: 1,
    maxBytes: 2 * 1024 * 1024,
    timeoutMs: 15_000,
    partial: true,
    parse: readJournal,
  })

export const journalContainerd = journal('--unit=containerd.service')
export const journalKubelet = journal('--unit=kubelet.service')
export const journalSoci = journal("--unit='soci-snapshotter.*'")
export const journalNodeadm = journal("--unit='nodeadm-*'")
/** Of every unit and of the kernel, what is an error or worse. */
export const journalErrors = journal('--priority=err')

/** journalctl writes bytes that are no UTF-8 as numbers, and a field that occurs twice as a list. */
const record = once(() => {
  const z = zod()
  const field = z.union([z.string(), z.array(z.number()), z.array(z.string()), z.null()]).optional()
  return z.object({
    MESSAGE: field,
    PRIORITY: field,
    _SYSTEMD_UNIT: field,
    UNIT: field,
    SYSLOG_IDENTIFIER: field,
    __REALTIME_TIMESTAMP: z.string(),
  })
})
type Field = z.infer<ReturnType<typeof record>>['MESSAGE']

function readJournal(raw: Exec): Journal {
  if (raw.exitCode === noSuchCommand) throw cannotShow('the journal', 'it has no journalctl')
  if (raw.timedOut) throw new Error(`journalctl was killed after ${Math.round(raw.durationMs / 1000)} s`)
  const said = text(raw.stderr)
  if (raw.exitCode === noJournal || /No journal files were (found|opened)/i.test(said))
    throw cannotShow('the journal', 'no journal is kept on it')
  if (/not seeing messages from other users|Permission denied/i.test(said))
    throw new Error('journalctl may not see all entries; collect as root')
  // A pattern that matches no unit of the journal ends so: the unit has never said a word.
  if (/No data available/i.test(said) && raw.stdout.length === 0) return { entries: [], complete: true }
  if (raw.exitCode !== 0 && !raw.truncated)
    throw new Error(`journalctl ended with ${raw.exitCode} and said "${said.trim().slice(0, 200)}"`)
  const rows = lines(text(raw.stdout)).filter((row) => row !== '-- No entries --')
  // A cut leaves half a line at the end, which is the oldest.
  const whole = raw.truncated ? rows.slice(0, -1) : rows
  return { entries: whole.map(entry).reverse(), complete: !raw.truncated && whole.length < newest }
}

const entry = (row: string): JournalEntry => {
  const found = record().parse(JSON.parse(row))
  return {
    at: found.__REALTIME_TIMESTAMP,
    unit: words(found.UNIT) || words(found._SYSTEMD_UNIT),
    identifier: words(found.SYSLOG_IDENTIFIER),
    priority: Number.parseInt(words(found.PRIORITY) || '6', 10),
    message: words(found.MESSAGE),
  }
}

const words = (field: Field): string => {
  if (field === undefined || field === null) return ''
  if (typeof field === 'string') return field
  return field
    .map((part) => (typeof part === 'number' ? String.fromCharCode(part) : part))
    .join(typeof field[0] === 'number' ? '' : '\n')
}
