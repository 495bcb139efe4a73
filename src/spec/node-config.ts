import { once } from '../lib/lazy.ts'
import { type z, zod } from '../lib/zod.ts'
import { keysAt } from './mistakes.ts'

/**
 * `node.eks.aws/v1alpha1` NodeConfig, the document that EKS node user data carries (nodeadm `api/v1alpha1`).
 * This schema is strict: it guards what people write into our own files. `parseUserData` reads documents as nodeadm does.
 */
export const nodeConfigShape = once(() => {
  const z = zod()
  const freeForm = z.record(z.string(), z.unknown())
  return z.strictObject({
    apiVersion: z.literal('node.eks.aws/v1alpha1'),
    kind: z.literal('NodeConfig'),
    metadata: freeForm.optional(),
    spec: z.strictObject({
      cluster: z.strictObject({
        name: z.string().min(1),
        apiServerEndpoint: z.string().min(1),
        /** Base64 of the PEM. */
        certificateAuthority: z.string(),
        /** The service CIDR. */
        cidr: z.string().min(1),
        enableOutpost: z.boolean().optional(),
        id: z.string().optional(),
      }),
      featureGates: z.record(z.string(), z.boolean()).optional(),
      kubelet: z
        .strictObject({
          config: freeForm.optional(),
          flags: z.array(z.string()).optional(),
          /** CEL over default_enis, ips_per_eni and max_pods. */
          maxPodsExpression: z.string().optional(),
        })
        .optional(),
      containerd: z
        .strictObject({
          /** TOML text. */
          config: z.string().optional(),
          baseRuntimeSpec: freeForm.optional(),
        })
        .optional(),
      instance: z
        .strictObject({
          localStorage: z
            .strictObject({
              strategy: z.enum(['RAID0', 'RAID10', 'Mount']).optional(),
              mountPath: z.string().optional(),
              disabledMounts: z.array(z.enum(['Containerd', 'PodLogs', 'SOCI'])).optional(),
            })
            .optional(),
          environment: z.record(z.string(), z.record(z.string(), z.string())).optional(),
          network: z
            .strictObject({
              nameservers: z.array(z.string()).optional(),
              domains: z.array(z.string()).optional(),
            })
            .optional(),
        })
        .optional(),
    }),
  })
})

/** A NodeConfig as a spec holds it: everything that joining needs is there. */
export type NodeConfig = z.infer<ReturnType<typeof nodeConfigShape>>

const jsonSchema = once(() => zod().toJSONSchema(nodeConfigShape()))

/** The fields that may stand at a path of a NodeConfig; none where the path is a value or anything goes. */
export const nodeConfigKeys = (path: readonly string[]): readonly string[] => keysAt(path, jsonSchema())
