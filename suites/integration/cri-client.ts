import { type Client, credentials, loadPackageDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import type Docker from 'dockerode'
import { z } from 'zod'

const definition = loadSync(`${import.meta.dirname}/../../fixtures/cri/runtime.proto`, {
  keepCase: true,
  enums: String,
  longs: Number,
  defaults: true,
})

const Service = z.custom<new (address: string, channel: unknown) => Client>(
  (value) => typeof value === 'function',
)
const Package = z.object({
  runtime: z.object({ v1: z.object({ RuntimeService: Service, ImageService: Service }) }),
})

/** Asks the container runtime of a node: `call('RunPodSandbox', {…})`, with names as in the protocol. */
export interface Cri extends Disposable {
  call(method: string, request?: object): Promise<Record<string, unknown>>
}

const deadlineMs = 30_000

/** The socket lies in the container's own /run, which the host sees through the container's first process. */
export const criOf = async (container: Docker.Container): Promise<Cri> => {
  const { Pid } = (await container.inspect()).State
  const address = `unix:///proc/${Pid}/root/run/containerd/containerd.sock`
  const { RuntimeService, ImageService } = Package.parse(loadPackageDefinition(definition)).runtime.v1
  const [runtime, images] = [RuntimeService, ImageService].map(
    (S) => new S(address, credentials.createInsecure()),
  )
  return {
    call: (method, request = {}) =>
      new Promise((resolve, reject) => {
        const client = method === 'ListImages' ? images : runtime
        const send = client && Reflect.get(client, method)
        if (typeof send !== 'function') throw new Error(`the protocol has no ${method}`)
        send.call(
          client,
          request,
          { deadline: Date.now() + deadlineMs },
          (error: Error | null, answer: Record<string, unknown>) => (error ? reject(error) : resolve(answer)),
        )
      }),
    [Symbol.dispose]: () => {
      runtime?.close()
      images?.close()
    },
  }
}
