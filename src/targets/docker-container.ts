import type Docker from 'dockerode'
import { AmiproofError, messageOf } from '../lib/errors.ts'
import { idle, systemdInit } from './init.ts'
import { labelsOf, type Owner } from './owner.ts'

/** What an image holds that decides how to run it. */
export interface ImageTraits {
  readonly systemd: boolean
  readonly kubelet: boolean
}

/** The engine API's words; @types/dockerode lacks one (Docker Engine API v1.41, ContainerCreate). */
type HostConfig = Docker.HostConfig & { readonly CgroupnsMode: 'private' }

const privileges = (labels: Record<string, string>): HostConfig => ({
  // SYS_ADMIN mounts, NET_ADMIN bridges pods; --privileged is more, and not allowed everywhere.
  CapAdd: ['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE'],
  // With docker's default profile runc on the node dies at "unable to join session keyring"; Ubuntu hosts confine mounts by AppArmor.
  SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
  // Bind-mounting /sys/fs/cgroup instead would put the node's services into the host's own slices.
  CgroupnsMode: 'private',
  Tmpfs: { '/run': 'exec', '/run/lock': '', '/tmp': 'exec' },
  // Overlayfs does not stack on the container's own overlayfs. Without a name, the volume goes when the container goes.
  Mounts: [
    {
      Type: 'volume',
      Source: '',
      Target: '/var/lib/containerd',
      VolumeOptions: { NoCopy: false, Labels: labels, DriverConfig: { Name: '', Options: {} } },
    },
  ],
})

/** How a container that boots systemd is started: no more than systemd, containerd and nested pods need. */
const booting = (labels: Record<string, string>): Docker.ContainerCreateOptions => ({
  Entrypoint: ['/bin/sh', '-c', systemdInit, 'amiproof-init'],
  Cmd: [],
  Env: ['container=docker'],
  StopSignal: 'SIGRTMIN+3',
  HostConfig: privileges(labels),
})

const waiting = (owner: Owner, now: Date): Docker.ContainerCreateOptions => ({
  Entrypoint: ['/bin/sh', '-c', idle((owner.expires.getTime() - now.getTime()) / 1000)],
  Cmd: [],
})

/** The container's creation, labelled with its owner from its first moment. Publishes no port. */
export const creation = (
  image: string,
  name: string,
  owner: Owner,
  { systemd }: ImageTraits,
): Docker.ContainerCreateOptions => ({
  name,
  Image: image,
  Hostname: 'amiproof-node',
  User: '0:0',
  WorkingDir: '/',
  Labels: labelsOf(owner),
  ...(systemd ? booting(labelsOf(owner)) : waiting(owner, new Date())),
})

const hasStatus = (error: unknown, ...codes: readonly number[]): boolean =>
  error instanceof Error && 'statusCode' in error && codes.includes(Number(error.statusCode))

/** Removes a container with its anonymous volumes and waits until it is gone; one that does not exist is removed already. */
export const removeContainer = async (engine: Docker, name: string): Promise<void> => {
  const container = engine.getContainer(name)
  for (const until = performance.now() + 60_000; ; ) {
    try {
      await container.remove({ force: true, v: true })
      return
    } catch (error) {
      if (hasStatus(error, 404)) return
      // 409: somebody else is removing it, or it is between two states.
      if (!hasStatus(error, 409, 500) || performance.now() > until)
        throw new AmiproofError(
          `cannot remove container ${name}: ${messageOf(error).trim()}; remove it with \`docker rm -fv ${name}\``,
          {
            kind: 'target',
            code: 'container-not-removed',
            op: 'remove a container',
            blame: 'harness',
            cause: error,
          },
        )
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const holds = async (container: Docker.Container, path: string): Promise<boolean> => {
  try {
    // The answer is in its header; unread, its connection would keep this process from ending.
    const answer: NodeJS.ReadableStream = await container.infoArchive({ path })
    answer.resume()
    return true
  } catch (error) {
    if (hasStatus(error, 404)) return false
    throw error
  }
}

/** Looks into an image without running anything of it: through a container that is created and never started. */
export const traitsOf = async (
  engine: Docker,
  image: string,
  name: string,
  owner: Owner,
): Promise<ImageTraits> => {
  try {
    const container = await engine.createContainer({
      name,
      Image: image,
      Entrypoint: ['/never-started'],
      Labels: labelsOf(owner),
    })
    const [systemd, kubelet] = await Promise.all(
      ['/usr/lib/systemd/systemd', '/usr/bin/kubelet'].map((path) => holds(container, path)),
    )
    return { systemd: systemd ?? false, kubelet: kubelet ?? false }
  } finally {
    await removeContainer(engine, name)
  }
}
