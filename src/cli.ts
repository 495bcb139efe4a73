#!/usr/bin/env node
/** The command line: finds the verb, and sees to it that whatever happens ends in an exit code of the contract. */
const help = `amiproof proves that an EKS node image is what it was meant to be.

  amiproof gate [TARGET…]          collect, judge, report; without TARGET the default node in a container
  amiproof collect TARGET -o FILE  evidence only
  amiproof init TARGET -o SPEC     a spec inferred from a node, to be reviewed
  amiproof render SPEC [-o DIR]    the files that a spec puts on a node
  amiproof max-pods TYPE…          how many pods an instance may run; --explain says why
  amiproof lint FILE…              what is wrong with containerd, kubelet, user data, NodeConfig, spec and other files
  amiproof list WORD               checks, frameworks, suites or targets
  amiproof explain NAME            what a check wants, or what checks a control
  amiproof reap                    end what earlier runs left behind

Of a run: --spec FILE  --suite a,b  --out DIR  --junit strict|rich  --format text|tap|ndjson  --config FILE  --[no-]require-proof  --accept-inferred
          --log text|json  -v  -vv
amiproof VERB --help says what else a verb takes.
Targets:  docker:IMAGE  local:  evidence:FILE   (amiproof list targets)
Exit codes: 0 good · 1 a failure of the image stands · 2 something could not be decided · 3 asked for something impossible · 130 interrupted
`

const bug = (error: unknown): never => {
  process.stderr.write(
    `amiproof: a bug of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(2)
}
process.on('uncaughtException', bug)
process.on('unhandledRejection', bug)

/** Whoever reads our output may stop reading; that is no reason to fail. */
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })

const [word, ...args] = process.argv.slice(2)
const asksForHelp = args.includes('--help') || args.includes('-h')
if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
  process.stdout.write(help)
  process.exitCode = word === undefined ? 3 : 0
} else if (asksForHelp && word !== 'max-pods') {
  const { helpOf } = await import('./run/help.ts')
  process.stdout.write(Object.hasOwn(helpOf, word) ? (helpOf[word] ?? help) : help)
} else {
  const { runVerb } = await import('./run/run-verb.ts')
  process.exit(await runVerb(word, args))
}
