import { parse } from 'yaml'
import type { Facts } from '../facts/index.ts'
import { check } from './check.ts'
import { all, each } from './combine.ts'
import { at } from './cri.ts'
import { seenText } from './seen.ts'
import { kubeletOf, settledKubelet } from './seen-kubelet.ts'
import { trace } from './trace.ts'
import { equal, expected, fail, pass } from './verdict.ts'

const caPath = '/etc/kubernetes/pki/ca.crt'

const kubeconfigOf = (facts: Facts): { readonly path: string; readonly document: unknown } => {
  const path = kubeletOf(facts).flags.kubeconfig ?? '/var/lib/kubelet/kubeconfig'
  return { path, document: parse(seenText(facts, path) ?? '') }
}

const listAt = (document: unknown, key: string): readonly unknown[] => {
  const list = at(document, [key])
  return Array.isArray(list) ? list : []
}

const rule = { phase: 'join', tags: ['node'] } as const

export const trustsClusterCa = check({
  ...rule,
  id: 'kubeconfig/certificate-authority',
  title: 'The kubelet trusts the API server by the CA file of the cluster',
  severity: 'critical',
  controls: trace('RD-27', 'RD-28'),
  verify: ({ facts }) => {
    const { path, document } = kubeconfigOf(facts)
    return each(listAt(document, 'clusters'), 'clusters', `${path}: clusters`, (cluster) =>
      all(
        equal(at(cluster, ['cluster', 'certificate-authority']), caPath, `${path}: certificate-authority`),
        expected(
          at(cluster, ['cluster', 'insecure-skip-tls-verify']) !== true,
          at(cluster, ['cluster', 'insecure-skip-tls-verify']),
          'not true',
          `${path}: insecure-skip-tls-verify`,
        ),
      ),
    )
  },
  fix: 'Let nodeadm write the kubeconfig again; whoever answers in place of the API server would get the credentials of the node.',
})

export const noStoredSecrets = check({
  ...rule,
  id: 'kubeconfig/no-stored-secret',
  title: 'The kubeconfig holds no token, password or key',
  severity: 'critical',
  controls: trace('RD-27', 'PR-I05'),
  verify: ({ facts }) => {
    const { path, document } = kubeconfigOf(facts)
    return each(listAt(document, 'users'), 'users', `${path}: users`, (user) => {
      const held = Object.keys(Object(at(user, ['user'])))
      return expected(held.join() === 'exec', held, ['exec'], `${path}: users[].user`)
    })
  },
  fix: 'Use the exec plugin `aws eks get-token`, which takes the role of the instance; remove the secret and revoke it.',
})

export const execCommand = check({
  ...rule,
  id: 'kubeconfig/exec-command',
  title: 'The program that gets the node its token is there',
  severity: 'critical',
  controls: trace('RD-27', 'PR-A03'),
  // Without a kubelet nobody runs the command.
  needs: ['kubelet'],
  verify: ({ facts }) => {
    const { path, document } = kubeconfigOf(facts)
    return each(listAt(document, 'users'), 'users', `${path}: users`, (user) => {
      const command = at(user, ['user', 'exec', 'command'])
      const name = String(command).split('/').at(-1) ?? ''
      return expected(
        facts.programs[name] !== undefined,
        `no ${name} on the PATH`,
        name,
        `${path}: exec.command`,
      )
    })
  },
  fix: 'Install the AWS CLI into the image: without a token the node cannot register.',
})

export const caReadable = check({
  ...rule,
  id: 'certificates/cluster-ca',
  title: 'The CA file of the cluster holds a certificate authority',
  severity: 'critical',
  controls: trace('RD-28', 'RD-O3'),
  verify: ({ facts: { certificates } }) => {
    const broken = certificates.unreadable.find(({ path }) => path === caPath)
    if (broken) return fail(broken.reason, 'a PEM certificate', caPath)
    return each(
      certificates.certificates.filter(({ path }) => path === caPath),
      'certificates',
      caPath,
      ({ subject, ca }) => expected(ca, { subject, ca }, 'CA:TRUE', caPath),
    )
  },
  fix: 'Give the base64 of the certificate of the cluster in spec.cluster.certificateAuthority, and let nodeadm write the file.',
})

export const caValid = check({
  ...rule,
  id: 'certificates/valid',
  title: 'No certificate of the node has expired or is not valid yet',
  severity: 'critical',
  controls: trace('RD-28'),
  verify: ({ facts }) => {
    const now = new Date(facts.clock * 1000).toISOString()
    return each(
      facts.certificates.certificates,
      'certificates',
      '/etc/kubernetes/pki',
      ({ path, notBefore, notAfter }) =>
        expected(
          notBefore <= now && now < notAfter,
          { notBefore, notAfter },
          `valid on ${now.slice(0, 10)}`,
          path,
        ),
    )
  },
  fix: 'Let nodeadm write the CA of the cluster again, and see that the clock of the node is right.',
})

export const clientCa = check({
  ...rule,
  id: 'certificates/client-ca',
  title: 'Who may call the kubelet is decided by the same CA file that the kubelet trusts',
  severity: 'high',
  controls: trace('RD-28'),
  verify: ({ facts }) => {
    const { config, setBy } = settledKubelet(facts)
    const keys = ['authentication', 'x509', 'clientCAFile']
    const { path, document } = kubeconfigOf(facts)
    const trusted = at(listAt(document, 'clusters')[0], ['cluster', 'certificate-authority'])
    return at(config, keys) === trusted
      ? pass(trusted)
      : fail(at(config, keys), trusted, `clientCAFile, ${setBy(keys)}, and ${path}`)
  },
  fix: 'Point clientCAFile and the kubeconfig at /etc/kubernetes/pki/ca.crt.',
})
