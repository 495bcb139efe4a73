const run = `
  --spec FILE            what the node was meant to be; without it the node's own records say, and the verdict stays undecided
  --suite a,b            only checks of these suites; several are added up
  --config FILE          instead of ./amiproof.toml
  --out DIR              where the run's folder is made; default reports
  --junit strict|rich    dialect of junit.xml
  --format text|tap|ndjson   what stdout shows
  --[no-]require-proof   whether an unproven rule leaves the run undecided
  --accept-inferred      let a run without --spec pass
  --log text|json  -v  -vv   what stderr says on the way
`

/** What each verb takes. `max-pods` says it itself. */
export const helpOf: Readonly<Record<string, string>> = {
  gate: `amiproof gate [TARGET…] [options]   collect, judge, report; without TARGET the default node in a container
${run}`,
  collect: `amiproof collect TARGET -o FILE   evidence only: redacted, whole, to be judged later with gate evidence:FILE

  -o, --output FILE
  --overwrite            replace FILE where it exists
  --suite a,b            also the slow probes of these suites
  --log text|json  -v  -vv   what stderr says on the way
`,
  init: `amiproof init TARGET -o SPEC   a spec inferred from a node, marked as inferred, to be reviewed

  -o, --output SPEC
  --overwrite            replace SPEC where it exists
  --suite a,b            also the slow probes of these suites
  --log text|json  -v  -vv   what stderr says on the way
`,
  render: `amiproof render SPEC [-o DIR]   the files that a spec puts on a node; without DIR to stdout

  -o, --output DIR       a new or empty folder; paths below it are those of the node
  --overwrite            write into a folder that is not empty
`,
  lint: `amiproof lint FILE…   what is wrong with containerd, kubelet, user data, NodeConfig, spec, waiver and recording files

  --as KIND              what the files are, when path and content do not say; a wrong one lists them;
                         a recording (evidence.json.gz or unpacked) is known by itself, or --as recording
  --containerd-version V     which containerd reads them
  --kubernetes-version V     which kubelet reads them

Findings are FILE:LINE:COLUMN: SEVERITY: MESSAGE [RULE]. Exit 1 when there are errors, 0 when there are none.
`,
  list: `amiproof list checks|frameworks|suites|targets

  --suite a,b            only checks of these suites
  --json
  --config FILE          instead of ./amiproof.toml
`,
  explain: `amiproof explain CHECK|CONTROL   what a check wants and why, or what checks a control

  --evidence FILE        also what the check says of a recording
  --spec FILE            what that node was meant to be
  --config FILE          instead of ./amiproof.toml
`,
  reap: `amiproof reap   end what earlier runs left behind: containers and volumes whose run is gone or past its expiry
`,
}
