import type { NodeSpec } from '../spec/node-spec.ts'

/** Parts of earlier images that a spec may still ask for among `image.components`; none but crictl tells a version. */
export const legacyComponents = [
  'sandbox-image',
  'aws-iam-authenticator',
  'log-collector-script',
  'crictl',
] as const

export const asksFor = ({ image }: NodeSpec, component: (typeof legacyComponents)[number]): boolean =>
  Object.hasOwn(image.components, component)

/** Whether a component is judged by its presence alone, by the checks of what images had once. */
export const isLegacy = (name: string): boolean =>
  name !== 'crictl' && legacyComponents.some((component) => component === name)
