import type { Compat } from './compat.ts'

export interface KubeconfigInputs {
  readonly cluster: {
    readonly name: string
    readonly apiServerEndpoint: string
    readonly enableOutpost?: boolean | undefined
    readonly id?: string | undefined
  }
  readonly region: string
}

export const kubeconfigPath = '/var/lib/kubelet/kubeconfig'
export const bootstrapKubeconfigPath = '/var/lib/kubelet/bootstrap-kubeconfig'

/** Where the kubeconfig is written: an Outpost's kubelet bootstraps from it and makes its own. */
export const kubeconfigPathOf = ({ enableOutpost }: KubeconfigInputs['cluster']): string =>
  enableOutpost ? bootstrapKubeconfigPath : kubeconfigPath

/** The kubelet flags that name the kubeconfig. */
export const kubeconfigFlags = ({
  enableOutpost,
}: KubeconfigInputs['cluster']): Readonly<Record<string, string>> => ({
  kubeconfig: kubeconfigPath,
  ...(enableOutpost ? { 'bootstrap-kubeconfig': bootstrapKubeconfigPath } : {}),
})

/** A YAML double-quoted scalar: JSON's escapes are YAML's, but YAML also breaks lines at characters that JSON leaves alone. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** What YAML reads as the same string without quotes: a URL of unreserved characters. */
const plainUrl = /^https?:\/\/[A-Za-z0-9][A-Za-z0-9._~/:-]*[A-Za-z0-9/]$/

/**
 * The kubelet's kubeconfig (nodeadm `kubeconfig.template.yaml`): `aws eks get-token` for the cluster's name, or its id on an Outpost.
 * nodeadm inserts names without quoting them; default mode quotes, `compat: 'nodeadm'` does not.
 */
export const renderKubeconfig = ({ cluster, region }: KubeconfigInputs, compat?: Compat): string => {
  const name = cluster.enableOutpost ? (cluster.id ?? '') : cluster.name
  const endpoint = cluster.apiServerEndpoint
  const scalar = (text: string): string => (compat === 'nodeadm' ? `"${text}"` : quoted(text))
  const server = compat === 'nodeadm' || plainUrl.test(endpoint) ? endpoint : quoted(endpoint)
  return `---
apiVersion: v1
kind: Config
clusters:
  - name: kubernetes
    cluster:
      certificate-authority: /etc/kubernetes/pki/ca.crt
      server: ${server}
current-context: kubelet
contexts:
  - name: kubelet
    context:
      cluster: kubernetes
      user: kubelet
users:
  - name: kubelet
    user:
      exec:
        apiVersion: client.authentication.k8s.io/v1beta1
        command: aws
        args:
          - "eks"
          - "get-token"
          - "--cluster-name"
          - ${scalar(name)}
          - "--region"
          - ${scalar(region)}
`
}
