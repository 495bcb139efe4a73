import type { Xid } from '../../facts/gpu/kernel-log.ts'
import { all } from '../combine.ts'
import { none } from '../verdict.ts'
import { ofGpu, ofType } from './claim.ts'
import { placeOf } from './seen.ts'
import { nvidiaType, xidRule } from './tables.ts'

const log = 'journalctl -k -b'

/** GSP_RPC_TIMEOUT and GSP_ERROR: of the image where it should have turned GSP off. */
const gspCodes = [119, 120]

const shown = ({ code, device, detail }: Xid): string =>
  `Xid ${code} ${xidRule(code)?.name ?? 'not in NVIDIA’s catalogue'} at ${device}: ${detail.slice(0, 120)} (${xidRule(code)?.action ?? 'unknown'})`

/** What condemns a GPU: the gate's critical codes, those of NVLink 5 whose text says Fatal, and codes that NVIDIA does not list. */
const condemns = ({ code, detail }: Xid): boolean => {
  const rule = xidRule(code)
  if (rule === undefined) return true
  if (rule.gate === 'critical') return true
  return rule.gate === 'high' && /\bFatal\b/.test(detail.replaceAll(/\bNon-?fatal\b/gi, ''))
}

export const xids = ofGpu({
  id: 'gpu-log/no-xid',
  title: 'The kernel has logged no Xid that condemns a GPU',
  severity: 'critical',
  about: 'instance',
  verify: ({ facts, spec }) => {
    const blamesImage = nvidiaType(spec)?.gsp === 'off'
    const found = facts.gpuKernelLog.xids.filter(
      (xid) => condemns(xid) && !(blamesImage && gspCodes.includes(xid.code)),
    )
    return none([...new Set(found.map(shown))], 'no Xid that asks for a reset or a replacement', log)
  },
  fix: 'Replace the instance. An Xid that a program can cause (13, 31, 43, 45, 68, 69, 94) is not counted here.',
})

export const gspXids = ofType({
  id: 'gpu-log/no-gsp-xid',
  title: 'No GPU has stopped answering its driver for GSP firmware that the image should have turned off',
  severity: 'critical',
  types: 'on which the EKS image turns GSP off',
  when: ({ gsp }) => gsp === 'off',
  judge: ({ facts }) =>
    none(
      facts.gpuKernelLog.xids.filter(({ code }) => gspCodes.includes(code)).map(shown),
      'no Xid 119 or 120',
      log,
    ),
  fix: 'Set NVreg_EnableGpuFirmware=0 with the proprietary modules on g4dn, g5 and g5g, as nvidia-kmod-load.sh does.',
})

export const recoveries = ofGpu({
  id: 'gpu-log/no-recovery',
  title: 'No Xid 154 has asked for more than nothing',
  severity: 'critical',
  about: 'instance',
  verify: ({ facts }) =>
    none(
      facts.gpuKernelLog.xids
        .filter(({ code, detail }) => code === 154 && !/to 0x0 \(None\)|^[^(]*\(None\)[^(]*$/.test(detail))
        .map(shown),
      'the action (None)',
      log,
    ),
  fix: 'Do what its text names: Node Reboot Required, GPU Reset Required, Drain and Reset; on EC2 replace the instance.',
})

export const sxids = ofType({
  id: 'gpu-log/no-sxid',
  title: 'No NVSwitch has logged a fatal error',
  severity: 'critical',
  about: 'instance',
  types: 'whose GPUs are joined by NVSwitches',
  when: ({ fabricManager }) => fabricManager === 'required',
  judge: ({ facts }) =>
    none(
      facts.gpuKernelLog.sxids
        .filter(({ severity }) => severity === 'fatal')
        .map(({ code, device, detail }) => `SXid ${code} at ${device}: ${detail.slice(0, 120)}`),
      'no fatal SXid',
      log,
    ),
  fix: 'Replace the instance: a switch or a link of its fabric is broken.',
})

export const nccl = ofGpu({
  id: 'gpu-log/no-nccl-crash',
  title: 'No process has died inside the collective library',
  severity: 'high',
  verify: ({ facts }) => none(facts.gpuKernelLog.nccl, 'no segfault in libnccl.so', log),
  fix: 'Read what ran: a library that does not fit the driver or the plugin for EFA dies so.',
})

export const pcie = ofGpu({
  id: 'gpu-log/no-pcie-error',
  title: 'The PCIe links of the GPUs have had no error that was not corrected',
  severity: 'high',
  about: 'instance',
  verify: ({ facts }) => {
    const places = facts.gpuDevices.pci
      .filter(({ vendor }) => vendor === '0x10de')
      .map(({ address }) => placeOf(address))
    return all(
      none(
        facts.gpuKernelLog.pcie.filter((line) => places.some((place) => line.toLowerCase().includes(place))),
        'no AER line of a GPU',
        log,
      ),
    )
  },
  fix: 'Replace the instance: its slot or its GPU loses what is sent.',
})
