import { afterAll, beforeAll, expect, test } from 'vitest'
import { text } from '../../src/lib/exec.ts'
import { environmentFiles } from '../../src/render/instance-environment.ts'
import { systemdWords } from '../../src/render/systemd-words.ts'
import { unitFiles } from '../../src/render/units.ts'
import { openTarget } from '../../src/targets/open.ts'
import { ownerHere } from '../../src/targets/owner.ts'
import type { Target } from '../../src/targets/target.ts'

let node: Target
beforeAll(async () => {
  node = await openTarget('docker:', { owner: ownerHere('systemd', 30, new Date()), env: process.env })
})
afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
})

/** Shell that writes a text, whatever it holds. */
const write = (path: string, content: string): string =>
  `mkdir -p "$(dirname '${path}')"; echo '${Buffer.from(content).toString('base64')}' | base64 -d >'${path}'`

/** What a unit of the node prints. */
const printedBy = async (exec: string, files: Readonly<Record<string, string>>): Promise<string> => {
  const unit = `[Service]\nType=oneshot\nEnvironmentFile=-/run/probe/environment\nExecStart=${exec}\nStandardOutput=truncate:/run/probe/out\n`
  const { exitCode, stdout, stderr } = await node.exec(`
    rm -rf /run/probe /run/systemd/system/probe.service.d; mkdir -p /run/probe
    ${write('/run/systemd/system/probe.service', unit)}
    ${Object.entries(files)
      .map(([path, content]) => write(path, content))
      .join('\n')}
    systemctl daemon-reload && systemctl start probe && cat /run/probe/out`)
  expect(text(stderr)).toBe('')
  expect(exitCode).toBe(0)
  return text(stdout)
}

test('systemd makes of a line of arguments the words that we say', async () => {
  const line = `--a=b --x='a b' --y="q r" --z=a'b c'd -v 4  --t=k=v:NoSchedule --e='' --p=100%h --d=$HOME`
  const printed = await printedBy("/usr/bin/printf '%%s\\n' $ARGS", {
    '/run/probe/environment': `ARGS=${line}`,
  })
  expect(printed.trimEnd().split('\n')).toEqual(systemdWords(line))
})

test('variables arrive as they were written, quotes, percent signs and line ends too', async () => {
  const values = {
    TRAILING: 'x"',
    BOTH: '"x"',
    PERCENT: '100% %h %%',
    BACKSLASH: 'a\\b\\\\',
    LINES: 'a\nb\tc',
    SHELL_LIKE: "it's $HOME ${X}",
    UNICODE: 'é日本😀\u00a0',
    EMPTY: '',
    BLANKS: ' lead trail ',
  }
  const [dropIn] = environmentFiles({ probe: values })
  const printed = await printedBy('/usr/bin/env -0', {
    '/run/systemd/system/probe.service.d/environment.conf': dropIn?.text ?? '',
  })
  const seen = Object.fromEntries(
    printed.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  expect(seen).toMatchObject(values)
})

test('systemd finds nothing to say about our units but that the kubelet is not there', async () => {
  const units = unitFiles.map(({ path }) => path).filter((path) => /\.(service|slice)$/.test(path))
  const { stdout, stderr } = await node.exec(`systemd-analyze verify --man=no ${units.join(' ')} 2>&1`)
  const complaints = `${text(stdout)}${text(stderr)}`
    .split('\n')
    .filter((line) => /runtime\.slice|kubelet|cni-cache/.test(line))
  expect(complaints.filter((line) => !line.includes('/usr/bin/kubelet is not executable'))).toEqual([])
})
