import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evidenceJson } from '../../src/facts/evidence.ts'
import { fileAt, textAt } from '../../src/facts/files.ts'
import { type Evidence, readFacts } from '../../src/facts/index.ts'
import { text } from '../../src/lib/exec.ts'
import { collect, probesFor } from '../../src/run/collect.ts'
import { readCollection } from '../../src/run/collect-read.ts'
import { collectScript } from '../../src/run/collect-script.ts'
import { openTarget } from '../../src/targets/open.ts'
import { ownerHere } from '../../src/targets/owner.ts'
import type { Target } from '../../src/targets/target.ts'

const open = (address: string): Promise<Target> =>
  openTarget(address, { owner: ownerHere('collect', 30, new Date()), env: process.env })
const options = { collector: 'test' }

/** Where secrets are on nodes, and the shell that puts one there. Each is distinctive, so that it can be looked for afterwards. */
const canaries: Readonly<Record<string, string>> = {
  Cnry1kubeconfigToken: `sed -i 's|^- name: kubelet$|- name: kubelet|; $a\\    token: Cnry1kubeconfigToken' /var/lib/kubelet/kubeconfig`,
  Cnry2proxyPassw0rd: `mkdir -p /etc/systemd/system/containerd.service.d; printf '[Service]\\nEnvironment=HTTPS_PROXY=http://bob:Cnry2proxyPassw0rd@proxy.example:3128\\n' >/etc/systemd/system/containerd.service.d/99-proxy.conf; systemctl daemon-reload`,
  Cnry3registryPass: `mkdir -p /etc/containerd/certs.d/r.example; printf '[host."https://r.example".header]\\n  Authorization = "Basic %s"\\n' "$(printf 'user:Cnry3registryPass' | base64)" >/etc/containerd/certs.d/r.example/hosts.toml; echo 'seen Cnry3registryPass' >/etc/motd`,
  Cnry4journalSecret: `systemd-run --quiet --wait --unit=kubelet-canary sh -c 'echo "<3>login failed: {\\"password\\":\\"Cnry4journalSecret\\"}"'`,
  Cnry5argumentToken: `systemd-run --quiet --unit=canary-process sh -c 'sleep 600; :' x --bootstrap-token Cnry5argumentToken`,
  Cnry6userDataKey: `printf '%s\\n' "$(printf '#!/bin/sh\\nexport API_TOKEN=Cnry6userDataKey\\n' | base64 -w 60)" >/etc/eks/user-data.b64`,
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCnry7AWS': `printf 'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7CNRY07X\\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCnry7AWS\\n' >/etc/default/canary`,
  Cnry8PrivateKeyBody: `printf -- '-----BEGIN RSA PRIVATE KEY-----\\nMIIECnry8PrivateKeyBody\\n-----END RSA PRIVATE KEY-----\\n' >/etc/kubernetes/canary.txt`,
}

describe('the default node', () => {
  let target: Target
  let evidence: Evidence
  let unredacted = ''
  beforeAll(async () => {
    target = await open('docker:')
    for (const plant of Object.values(canaries)) await target.exec(plant)
    const nonce = 'c0ffee00c0ffee00'
    const raw = await target.exec(collectScript(probesFor(), nonce))
    unredacted = JSON.stringify(readCollection(raw.stdout, nonce))
    evidence = await collect(target, options)
  })
  afterAll(async () => {
    await target?.[Symbol.asyncDispose]()
  })

  test.for(Object.keys(canaries))('keeps the secret %s to itself', (secret) => {
    const spelt = [secret, Buffer.from(`#!/bin/sh\nexport API_TOKEN=${secret}\n`).toString('base64')]
    expect(
      spelt.some((one) => unredacted.replaceAll('\\n|', '').includes(one)),
      'it is collected',
    ).toBe(true)
    const all = evidenceJson(evidence)
    expect(all).not.toContain(secret)
    expect(all).not.toContain(encodeURIComponent(secret))
    for (const before of ['', 'u', 'us'])
      expect(all).not.toContain(
        Buffer.from(before + secret)
          .toString('base64')
          .slice(4, -4),
      )
  })

  test('still shows the files that held them', () => {
    const { configs } = readFacts(evidence)
    expect(textAt(configs, '/etc/motd')).toMatch(/^seen «redacted:[0-9a-f]{10}»\n$/)
    expect(textAt(configs, '/etc/default/canary')).toMatch(
      /^AWS_ACCESS_KEY_ID=«redacted:\w+»\nAWS_SECRET_ACCESS_KEY=«redacted:\w+»\n$/,
    )
    expect(textAt(configs, '/etc/systemd/system/containerd.service.d/99-proxy.conf')).toMatch(
      /HTTPS_PROXY=http:\/\/«redacted:\w+»@proxy\.example:3128\n$/,
    )
    expect(textAt(configs, '/etc/eks/user-data.b64')).not.toContain('redacted')
    const userData = Buffer.from(
      (textAt(configs, '/etc/eks/user-data.b64') ?? '').replaceAll('\n', ''),
      'base64',
    )
    expect(userData.toString()).toMatch(/^#!\/bin\/sh\nexport API_TOKEN=«redacted:\w+»\n$/)
  })

  test('has nothing left of the collection', async () => {
    const { stdout } = await target.exec(
      `ls -d /run/amiproof.* /dev/shm/amiproof.* /tmp/amiproof.* 2>/dev/null; true`,
    )
    expect(text(stdout)).toBe('')
  })
})

test('a kubelet that leaves children with its output in new sessions is undecided alone, within its limit', async () => {
  await using target = await open('docker:')
  await target.exec(`cat >/usr/bin/kubelet.new <<'END'
#!/bin/sh
echo Kubernetes v1.35.0
setsid sleep 76543 &
setsid sh -c 'sleep 76543; :' &
sleep 0.3
END
chmod 755 /usr/bin/kubelet.new && mv /usr/bin/kubelet.new /usr/bin/kubelet`)
  const evidence = await collect(target, options)
  expect(evidence.durationMs).toBeLessThan(20_000)
  const undecided = Object.entries(evidence.probes).filter(([, { timedOut }]) => timedOut)
  expect(undecided.map(([name]) => name)).toEqual(['kubeletVersion'])
  expect(evidence.probes.kubeletVersion?.stdout).toBe('Kubernetes v1.35.0\n')
  const left = await target.exec('grep -las "7654[3]" /proc/[0-9]*/cmdline; true')
  expect(text(left.stdout)).toBe('')
})

/** Containers have 64 MiB there. */
const small = '/dev/shm'

test('a node without room says so', async () => {
  await using target = await open('docker:debian:trixie-slim')
  const large = { probe: 'head -c 40000000 /dev/zero', version: 1, maxBytes: 50_000_000 }
  const nonce = 'c0ffee00c0ffee00'
  const script = collectScript({ one: large, other: large }, nonce)
  const { stdout } = await target.exec(script.replace('/run /dev/shm /tmp /var/tmp', small))
  expect(() => readCollection(stdout, nonce)).toThrow(/the file system of \/dev\/shm\/amiproof\.\w+ is full/)
  expect(text((await target.exec(`ls ${small}`)).stdout)).toBe('')
})

describe('a node with busybox only', () => {
  let target: Target
  beforeAll(async () => {
    target = await open('docker:debian:trixie-slim')
    const made = await target.exec(
      '(apt-get update && apt-get install -y --no-install-recommends busybox) >&2 && mkdir /bb && busybox --install -s /bb',
      { timeoutMs: 120_000 },
    )
    expect(text(made.stderr).slice(-300) + made.exitCode).toMatch(/0$/)
  })
  afterAll(async () => {
    await target?.[Symbol.asyncDispose]()
  })

  test('gives the same facts as with coreutils', async () => {
    const busy: Target = {
      ...target,
      address: target.address,
      capabilities: target.capabilities,
      exec: (script, more) =>
        target.exec(
          `base64 -d >/tmp/script <<'END'\n${Buffer.from(script).toString('base64')}\nEND\nPATH=/bb exec /usr/bin/busybox sh /tmp/script`,
          more,
        ),
      [Symbol.asyncDispose]: async () => {},
    }
    const [one, other] = [readFacts(await collect(target, options)), readFacts(await collect(busy, options))]
    expect(fileAt(other.stats, '/etc/hosts')).toEqual(fileAt(one.stats, '/etc/hosts'))
    expect(fileAt(other.stats, '/var/run')).toEqual(fileAt(one.stats, '/var/run'))
    const below = (facts: typeof one) =>
      Object.fromEntries(Object.entries(facts.stats.entries).filter(([path]) => path.startsWith('/etc/')))
    expect(below(other)).toEqual(below(one))
    expect(other.configs).toEqual(one.configs)
    expect(other.packages).toEqual(one.packages)
    expect(other.accounts).toEqual(one.accounts)
    expect(other.osRelease).toEqual(one.osRelease)
    expect(Object.keys(other.sysctl)).toEqual(
      expect.arrayContaining(['net.ipv4.ip_forward', 'kernel.pid_max']),
    )
    expect(other.mounts.map(({ path }) => path)).toEqual(one.mounts.map(({ path }) => path))
    expect(other.processes.map(({ name }) => name)).toEqual(one.processes.map(({ name }) => name))
  })
})
