import { compareBytes } from '../lib/bytes.ts'
import { AmiproofError } from '../lib/errors.ts'
import type { Compat } from './compat.ts'
import { goQuote } from './go-quote.ts'
import { joinFile } from './image-file.ts'
import type { NodeFile } from './node-file.ts'

type Variables = Readonly<Record<string, string>>

const refuse = (message: string): never => {
  throw new AmiproofError(`cannot render spec.instance.environment: ${message}`, {
    kind: 'config',
    code: 'bad-environment',
    op: 'render the instance environment',
    blame: 'user',
  })
}

const checkVariable = (service: string, key: string, value: string): void => {
  const name = `${JSON.stringify(key)} of ${JSON.stringify(service)}`
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
    refuse(
      `${name} is no variable name, and systemd ignores such a line; use letters, digits and underscores`,
    )
  if (/[^\P{Cc}\t\n]/u.test(value) || !value.isWellFormed())
    refuse(`the value of ${name} holds a control character, for which systemd ignores the line; take it out`)
}

const checkService = (service: string): void => {
  if (!/^[A-Za-z0-9:_.@-]+$/.test(service)) refuse(`${JSON.stringify(service)} is no unit name`)
  if (service.endsWith('.service'))
    refuse(
      `nodeadm appends .service to ${JSON.stringify(service)}, and no unit would read the file; leave .service out`,
    )
}

/**
 * A value as it stands between the quotes of one line. systemd reads C escapes, and %% for a percent sign.
 * nodeadm trims quotes from both ends of what it quoted, which breaks a value that begins or ends with one.
 */
const escaped = (value: string, compat: Compat | undefined): string => {
  const quoted = goQuote(value).replaceAll('%', '%%')
  return compat === 'nodeadm' ? quoted.replace(/^"+|"+$/g, '') : quoted.slice(1, -1)
}

const environmentText = (
  [section, directive]: readonly [string, string],
  variables: Variables,
  compat: Compat | undefined,
): string =>
  [
    `[${section}]`,
    ...Object.entries(variables)
      .sort(([a], [b]) => compareBytes(a, b))
      .map(([key, value]) => `${directive}="${key}=${escaped(value, compat)}"`),
  ]
    .map((line) => `${line}\n`)
    .join('')

const fileOf = (service: string, variables: Variables, compat: Compat | undefined): NodeFile =>
  service === 'default'
    ? joinFile(
        '/etc/systemd/system.conf.d/environment.conf',
        'unit',
        environmentText(['Manager', 'DefaultEnvironment'], variables, compat),
      )
    : joinFile(
        `/etc/systemd/system/${service}.service.d/environment.conf`,
        'unit',
        environmentText(['Service', 'Environment'], variables, compat),
      )

/**
 * Environment variables for all units (`default`) and for single ones (nodeadm `internal/system/environment.go`), proxies foremost.
 * Empty maps write nothing. Throws AmiproofError `bad-environment` for what systemd would ignore; `compat: 'nodeadm'` writes it anyway.
 */
export const environmentFiles = (
  environment: Readonly<Record<string, Variables>> = {},
  compat?: Compat,
): readonly NodeFile[] =>
  Object.entries(environment)
    .filter(([, variables]) => Object.keys(variables).length > 0)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([service, variables]) => {
      if (compat !== 'nodeadm') {
        checkService(service)
        for (const [key, value] of Object.entries(variables)) checkVariable(service, key, value)
      }
      return fileOf(service, variables, compat)
    })
