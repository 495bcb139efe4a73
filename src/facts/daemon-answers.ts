import { clock } from './clock.ts'
import { logrotate } from './logrotate.ts'
import { packetFilter } from './packet-filter.ts'
import { sshd } from './sshd.ts'
import { systemdVerify } from './systemd-verify.ts'

/** What programs say of themselves when asked, whatever their files say. */
export const daemonAnswers = { clock, logrotate, packetFilter, sshd, systemdVerify }
