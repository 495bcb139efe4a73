import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Sample, sampleReport } from '../suites/browser/samples.ts'
import { findChromium, startChromium } from './chromium.ts'

/** Takes the screenshots of docs/reports.md: `node scripts/screenshots.ts`. Look at them before they are committed. */
const shots: readonly {
  readonly name: Sample
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
}[] = [
  { name: 'healthy', width: 1200, height: 900, colorScheme: 'light' },
  { name: 'broken', width: 1200, height: 1640, colorScheme: 'light' },
  { name: 'undecided', width: 390, height: 980, colorScheme: 'dark' },
]

const path = findChromium(process.env)
if (!path) throw new Error('there is no Chromium on the path: apt-get install chromium')
const scratch = mkdtempSync(join(tmpdir(), 'amiproof-screenshots-'))
const browser = await startChromium(path)
try {
  mkdirSync('docs/screenshots', { recursive: true })
  for (const { name, width, height, colorScheme } of shots) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme })
    const file = join(scratch, `${name}.html`)
    writeFileSync(file, sampleReport(name, scratch))
    await page.goto(`file://${file}`)
    const shot = `docs/screenshots/${name}.png`
    await page.screenshot({ path: shot })
    process.stdout.write(`${shot} ${statSync(shot).size} bytes\n`)
    await page.close()
  }
} finally {
  await browser.close()
  rmSync(scratch, { recursive: true })
}
