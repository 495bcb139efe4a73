import { text } from '../lib/exec.ts'
import { absent, cannotShow } from './absent.ts'
import { fact } from './fact.ts'
import { lines } from './text.ts'

export interface Package {
  readonly name: string
  /** rpm: `[epoch:]version-release`; dpkg: its version. */
  readonly version: string
  readonly arch: string
  readonly manager: 'rpm' | 'dpkg'
  readonly license?: string
  readonly vendor?: string
  /** dpkg's two letters: `ii` installed, `hi` held, `rc` removed with its configuration left. */
  readonly status?: string
}

/** Every installed package, in the order of the database. busybox has an rpm that has no database. */
export const packages = fact({
  probe: `found=1
if command -v rpm >/dev/null 2>&1 && { [ -d /var/lib/rpm ] || [ -d /usr/lib/sysimage/rpm ]; }; then found=0; rpm -qa --qf 'rpm\\t%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{LICENSE}\\t%{VENDOR}\\n' || exit 2; fi
if command -v dpkg-query >/dev/null 2>&1; then found=0; dpkg-query -W -f 'dpkg\\t\${Package}\\t\${db:Status-Abbrev}\\t\${Version}\\t\${Architecture}\\n' || exit 2; fi
exit $found`,
  version: 1,
  timeoutMs: 20_000,
  maxBytes: 4 * 1024 * 1024,
  parse: (raw): readonly Package[] => {
    if (raw.exitCode === 1) throw cannotShow('which packages are installed', 'it has neither rpm nor dpkg')
    if (raw.exitCode !== 0) throw absent('which packages are installed', raw)
    return lines(text(raw.stdout)).map(row)
  },
})

const row = (line: string): Package => {
  const [manager, name = '', third = '', version = '', arch = '', license, vendor] = line.split('\t')
  if (manager === 'dpkg') return { manager, name, version, arch, status: third.trim() }
  if (manager !== 'rpm' || name === '')
    throw new Error(`"${line.slice(0, 80)}" is no line of a package database`)
  return {
    manager,
    name,
    version: third === '0' || third === '' ? version : `${third}:${version}`,
    arch,
    ...(license !== undefined && { license }),
    ...(vendor !== undefined && { vendor }),
  }
}
