import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { AmiproofError } from '../../src/lib/errors.ts'
import { contains, parseAddress, parseCidr } from '../../src/render/cidr.ts'
import { clusterDns } from '../../src/render/cluster-dns.ts'
import { eksRegistry } from '../../src/render/ecr-registry.ts'
import { goQuote } from '../../src/render/go-quote.ts'
import { addHosts } from '../../src/render/hosts.ts'
import { environmentFiles } from '../../src/render/instance-environment.ts'
import { renderKubeconfig } from '../../src/render/kubeconfig.ts'
import { type KubeletInputs, kubeletTypeMeta } from '../../src/render/kubelet.ts'
import { renderKubeletDropIn } from '../../src/render/kubelet-drop-in.ts'
import { renderKubeletEnvironment } from '../../src/render/kubelet-environment.ts'
import { kubeletFlags, userFlags } from '../../src/render/kubelet-flags.ts'
import { atLeast, compareSemver } from '../../src/render/kubelet-version.ts'
import { onlineCpus } from '../../src/render/sysfs.ts'
import { systemdWords } from '../../src/render/systemd-words.ts'
import { runs } from './runs.ts'

const inputs = (kubelet: KubeletInputs['kubelet']): KubeletInputs => ({
  version: 'v1.34.2',
  cluster: {
    name: 'c',
    apiServerEndpoint: 'https://x.example',
    certificateAuthority: '',
    cidr: '10.100.0.0/16',
  },
  kubelet,
  instance: {
    id: 'i-0',
    region: 'us-west-2',
    availabilityZone: 'us-west-2a',
    privateDnsName: 'ip-10-0-0-1.internal',
    localIpv4: '10.0.0.1',
  },
  cpuMillicores: 4000,
  memoryBytes: 2 ** 34,
  maxPods: 58,
  kubeReserved: {},
})

/** undefined when refused in a sentence of ours; any other exception fails the test. */
const orRefused = <T>(call: () => T): T | undefined => {
  try {
    return call()
  } catch (error) {
    if (error instanceof AmiproofError) return undefined
    throw error
  }
}

const cidr = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 33 })).map(([address, prefix]) => `${address}/${prefix}`),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 129 })).map(([address, prefix]) => `${address}/${prefix}`),
  fc.constantFrom('10.100.0.0/16', '10.96.0.0/12', '10.100.0.0/30', 'fd00::/108', '2001:db8::/64'),
  fc.string(),
)

test('a cluster DNS address that is not refused lies in the service CIDR and is the one nodeadm derives', () => {
  fc.assert(
    fc.property(cidr, (text) => {
      const dns = orRefused(() => clusterDns(text))
      if (!dns) return
      const [network, address] = [parseCidr(text), parseAddress(dns.address)]
      expect(network && address && contains(network, address)).toBe(true)
      expect(clusterDns(text, 'nodeadm')).toEqual(dns)
    }),
    runs,
  )
})

test('every service CIDR that EKS gives out has a cluster DNS address', () => {
  const eks = fc
    .tuple(fc.constantFrom('10', '172', '192'), fc.nat(255), fc.nat(255), fc.integer({ min: 24, max: 24 }))
    .map(([a, b, c, prefix]) => `${a}.${b}.${c}.0/${prefix}`)
  fc.assert(
    fc.property(eks, (text) => {
      expect(clusterDns(text).address).toBe(text.replace(/0\/24$/, '10'))
    }),
    runs,
  )
})

const almostAddress = fc.oneof(
  fc.ipV4(),
  fc.ipV4().map((address) => address.replace('.', '.0')),
  fc.ipV6(),
  fc
    .array(fc.constantFrom('0', '1', '00', 'f', 'ffff', '10000', ':', '::', '.', '255', '256', '1.2.3.4'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
)

test('an address is what the C library takes for one', () => {
  fc.assert(
    fc.property(almostAddress, (text) => {
      const family = { 0: undefined, 4: 'ipv4', 6: 'ipv6' }[isIP(text)]
      // inet_pton lets :: stand for no group at all; Go does not.
      const needless = family === 'ipv6' && text.includes('::') && !parseAddress(text)
      if (!needless) expect(parseAddress(text)?.family).toBe(family)
    }),
    runs,
  )
})

test('flags that are not refused reach the kubelet as one argument each, through the file and systemd', () => {
  const flag = fc.oneof(
    fc.string(),
    fc.tuple(fc.stringMatching(/^--[a-z-]{1,9}$/), fc.string()).map(([name, value]) => `${name}=${value}`),
    fc.constantFrom("--x='a b'", '--x="a"', '--a --b', "--x='", ''),
  )
  fc.assert(
    fc.property(fc.array(flag, { maxLength: 4 }), (flags) => {
      const given = inputs({ flags })
      if (!orRefused(() => userFlags(given))) return
      const line = renderKubeletEnvironment(given).replace(/^NODEADM_KUBELET_ARGS=/, '')
      const generated = Object.entries(kubeletFlags(given)).map(([name, value]) => `--${name}=${value}`)
      expect(systemdWords(line)).toEqual([...generated.sort(), ...flags.flatMap(systemdWords)])
      expect(systemdWords(line)).toHaveLength(generated.length + flags.length)
    }),
    runs,
  )
})

test('a flag without white space, quotes and backslashes is never refused', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^--[a-z-]{1,9}=[^\s"'\\]{0,9}$/), (flag) => {
      expect(userFlags(inputs({ flags: [flag] }))).toEqual([flag])
    }),
    runs,
  )
})

test('adding hosts again changes nothing, and what was there stays first', () => {
  const line = fc.tuple(fc.ipV4(), fc.domain()).map(([address, name]) => `${address}\t${name}`)
  fc.assert(
    fc.property(fc.string(), fc.array(line, { maxLength: 4 }), (existing, lines) => {
      const once = addHosts(existing, lines)
      expect(addHosts(once, lines)).toBe(once)
      expect(once.startsWith(existing)).toBe(true)
      expect(once.split('\n')).toEqual(expect.arrayContaining(lines))
    }),
    runs,
  )
})

test('nodeadm appends hosts again and again', () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (existing, address) => {
      const lines = [`${address}\tapi.example`]
      const once = addHosts(existing, lines, 'nodeadm')
      expect(addHosts(once, lines, 'nodeadm')).toBe(`${once}${address}\tapi.example\n`)
    }),
    runs,
  )
})

/** What systemd makes of a quoted assignment (systemd.syntax(7), "Quoting"). */
const systemdReads = (quoted: string): string =>
  quoted
    .replace(/%(.?)/gs, (_, next: string) => (next === '%' ? '%' : `<specifier ${next}>`))
    .replace(
      /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs,
      (_, x: string, u: string, U: string, c: string) =>
        c === undefined
          ? String.fromCodePoint(Number.parseInt(x ?? u ?? U, 16))
          : ({ n: '\n', t: '\t', a: '\x07', b: '\b', f: '\f', r: '\r', v: '\v' }[c] ?? c),
    )

test('a variable that is not refused arrives as it was written', () => {
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('x"', '"x"', '100%', '\\', 'a\nb'),
  )
  fc.assert(
    fc.property(value, (text) => {
      const files = orRefused(() => environmentFiles({ default: { KEY: text } }))
      if (!files) return
      const [, quoted = ''] = /^DefaultEnvironment="KEY=(.*)"$/m.exec(files[0]?.text ?? '') ?? []
      expect(systemdReads(quoted)).toBe(text)
    }),
    runs,
  )
})

test('the kubeconfig names the cluster, its server and region, whatever they are called', () => {
  const name = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('a"b', "it's", 'a\\b', 'a: b #c', '\u2028'),
  )
  fc.assert(
    fc.property(name, name, name, (cluster, apiServerEndpoint, region) => {
      const text = renderKubeconfig({ cluster: { name: cluster, apiServerEndpoint }, region })
      const read = parse(text)
      expect(read.users[0].user.exec.args).toEqual([
        'eks',
        'get-token',
        '--cluster-name',
        cluster,
        '--region',
        region,
      ])
      expect(read.clusters[0].cluster.server).toBe(apiServerEndpoint)
      // Go's YAML also breaks lines here, which this reader does not.
      expect(text).not.toMatch(/[\x85\u2028\u2029]/)
    }),
    runs,
  )
})

test('a Go string literal is printable ASCII-safe text on one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(goQuote(text)).toMatch(/^"[\p{L}\p{M}\p{N}\p{P}\p{S} ]*"$/u)
    }),
    runs,
  )
})

test('the drop-in reads back as what the user wrote, with its type', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (config) => {
      const given = inputs({ config })
      const read: unknown = JSON.parse(renderKubeletDropIn(given))
      expect(read).toEqual({ ...kubeletTypeMeta, ...config })
      expect(Object.keys(Object(read))).toEqual(expect.arrayContaining(Object.keys(config)))
    }),
    runs,
  )
})

const semver = fc.oneof(
  fc
    .tuple(fc.nat(3), fc.nat(40), fc.nat(20), fc.constantFrom('', '-rc.1', '-alpha.2', '-eks-1', '+b'))
    .map(([major, minor, patch, suffix]) => `v${major}.${minor}.${patch}${suffix}`),
  fc.constantFrom('', 'v1', 'v1.32', '1.32.0', 'v01.2.3'),
)

test('versions are totally ordered, and what is no version is below all', () => {
  fc.assert(
    fc.property(semver, semver, semver, (a, b, c) => {
      expect(Math.sign(compareSemver(a, b))).toBe(-Math.sign(compareSemver(b, a)) || 0)
      if (compareSemver(a, b) <= 0 && compareSemver(b, c) <= 0)
        expect(compareSemver(a, c)).toBeLessThanOrEqual(0)
      expect(atLeast('', a)).toBe(compareSemver('', a) === 0)
    }),
    runs,
  )
})

test('a registry that is not refused is the one nodeadm chose', () => {
  const region = fc.oneof(
    fc.constantFrom('us-west-2', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1', 'mars-1'),
    fc.string(),
  )
  fc.assert(
    fc.property(region, fc.boolean(), (name, fips) => {
      const strict = orRefused(() => eksRegistry({ region: name, fips }))
      if (strict) expect(eksRegistry({ region: name, fips }, 'nodeadm')).toEqual(strict)
      if (strict) expect(strict.registryRegion).toBe(name)
    }),
    runs,
  )
})

test('CPUs that are offline are not counted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 63 }), (cpus, last) => {
      const directories = Array.from({ length: cpus }, (_, id) => [
        `/sys/devices/system/node/node0/cpu${id}`,
        '',
      ])
      const files = { ...Object.fromEntries(directories), '/sys/devices/system/cpu/online': `0-${last}\n` }
      expect(onlineCpus(files)).toBe(Math.min(cpus, last + 1))
    }),
    runs,
  )
})
