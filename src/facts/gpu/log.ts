import { text } from '../../lib/exec.ts'
import { cannotShow } from '../absent.ts'
import { fact } from '../fact.ts'
import { type AcceleratorLog, readAcceleratorLog } from './kernel-log.ts'

/** Our own exit statuses: nothing here would say anything; and nothing can be read. */
const [noAccelerator, noLog] = [43, 44]

/** What the kernel has said of accelerators since boot: the newest 20,000 lines that name one. Not asked on a node that has none. */
export const gpuKernelLog = fact({
  probe: `[ -d /proc/driver/nvidia ] || [ -e /dev/neuron0 ] || grep -qs 0x10de /sys/bus/pci/devices/*/vendor || exit ${noAccelerator}
if journalctl -q -k -b -n 1 2>/dev/null | grep -q .; then log='journalctl -q -k -b --no-pager -o short-monotonic'
elif dmesg >/dev/null 2>&1; then log=dmesg
else exit ${noLog}
fi
$log 2>/dev/null | grep -aiE 'NVRM|Xid|nvswitch|NEURON|libnccl|AER:' | tail -n 20000
true`,
  version: 1,
  timeoutMs: 20_000,
  maxBytes: 4 * 1024 * 1024,
  parse: (raw): AcceleratorLog => {
    if (raw.exitCode === noAccelerator)
      throw cannotShow('what the kernel says of accelerators', 'it has none')
    if (raw.exitCode === noLog)
      throw cannotShow('the messages of the kernel', 'neither journalctl nor dmesg may read them')
    return readAcceleratorLog(text(raw.stdout))
  },
})
