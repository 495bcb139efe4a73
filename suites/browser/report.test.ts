import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, startChromium } from '../../scripts/chromium.ts'
import { htmlPage } from '../../src/report/html.ts'
import { failing, passing, report, result, subject } from '../unit/report-samples.ts'
import { sampleNames, sampleReport } from './samples.ts'

const scratch = mkdtempSync(join(tmpdir(), 'amiproof-browser-'))
const pages = new Map<string, string>()
const asked: string[] = []
let browser: Browser
let server: Server
let origin = ''

const hostile = `</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">\u2028\x1b[31m${'x'.repeat(1_000_000)}`
const several = report([
  subject(
    [
      failing('network/ip-forward', { phase: 'image', severity: 'critical' }),
      failing('kubelet/cgroup', { controls: [{ framework: 'cis-eks-1.8.0', id: '3.2.1' }] }),
      passing(),
    ],
    { id: 'old' },
  ),
  subject(
    [passing('network/ip-forward'), passing(), result('gpu/x', { status: 'error', message: 'broke' })],
    {
      id: 'new',
      specOrigin: 'node',
    },
  ),
])
const hostileResults = [
  result(
    'a/hostile',
    { status: 'fail', actual: hostile, expected: `${hostile}\nb`, where: hostile },
    { title: hostile },
  ),
  result('a/broken', { status: 'error', message: hostile }),
]

beforeAll(async () => {
  for (const name of sampleNames) pages.set(name, sampleReport(name, scratch))
  pages.set('several', htmlPage(several))
  pages.set(
    'hostile',
    htmlPage(report([subject(hostileResults, { id: hostile, address: hostile, host: hostile })])),
  )
  pages.set('empty', htmlPage(report([])))
  const many = Array.from({ length: 5_000 }, (_, at) => (at % 4 === 0 ? failing : passing)(`many/rule-${at}`))
  pages.set('many', htmlPage(report([subject(many)])))
  server = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.setHeader('content-type', 'text/html').end(pages.get(url.slice(1)) ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const path = findChromium(process.env)
  if (!path) throw new Error('there is no Chromium on the path: apt-get install chromium')
  browser = await startChromium(path)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  server?.close()
  rmSync(scratch, { recursive: true })
})

/** Opens a report and hands it over; whatever the browser complains about fails the test. */
const visit = async (
  address: string,
  { complaint, ...options }: BrowserContextOptions & { readonly complaint?: RegExp },
  use: (page: Page) => Promise<void>,
): Promise<void> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('dialog', (dialog) => complaints.push(dialog.message()))
  try {
    await page.goto(`${origin}/${address}`)
    await use(page)
    if (complaint) expect(complaints.join()).toMatch(complaint)
    else expect(complaints).toEqual([])
  } finally {
    await context.close()
  }
}

const widths = { phone: { width: 360, height: 780 }, desk: { width: 1280, height: 900 } } as const

describe('axe-core finds nothing to object to, and nothing is wider than the window', () => {
  const rows = [...sampleNames, 'several', 'hostile', 'empty'].flatMap((name) => [
    { name, width: 'phone', colorScheme: 'dark' } as const,
    { name, width: 'desk', colorScheme: 'light' } as const,
  ])
  const others = [
    { name: 'broken', width: 'phone', colorScheme: 'light' },
    { name: 'broken', width: 'desk', colorScheme: 'dark' },
  ] as const
  test.for([...rows, ...others])('$name, $width, $colorScheme', async ({ name, width, colorScheme }) => {
    await visit(name, { viewport: widths[width], colorScheme }, async (page) => {
      // A folded part is not looked at, so the quiet groups are unfolded; of their rows a few are enough.
      await page.evaluate(`
        for (const one of document.querySelectorAll('.group, .framework, .card details, .r:nth-child(-n+6)')) one.open = true
        for (const one of document.querySelectorAll('.r:nth-child(n+7)')) one.remove()`)
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate<AxeResults>('axe.run()')
      expect(
        violations.map(
          ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary ?? ''}`,
        ),
      ).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
        widths[width].width,
      )
    })
  })
})

/** Ids of the rules that are shown. */
const shown = (page: Page): Promise<string[]> =>
  page.locator('.r').evaluateAll((rows) => rows.filter((row) => row.checkVisibility()).map(({ id }) => id))

test('opening a report asks the network for that one file', async () => {
  asked.length = 0
  await visit('broken', {}, async (page) => {
    await page.waitForTimeout(300)
    expect(asked).toEqual(['/broken'])
  })
})

test('without a script the verdict, the counts and the failures are there, and no filter pretends to work', async () => {
  await visit('broken', { javaScriptEnabled: false }, async (page) => {
    expect(await page.locator('h1').textContent()).toMatch(/Fail$/)
    expect(await page.locator('.ratio').textContent()).toMatch(/of \d+ rules passed/)
    expect(await page.getByText('+ found').first().isVisible()).toBe(true)
    expect(await page.locator('form').isVisible()).toBe(false)
  })
})

test('filters narrow the results, live in the address, and survive a reload', async () => {
  await visit('several', {}, async (page) => {
    await page.getByLabel('failed', { exact: true }).check()
    await page.locator('select[name=phase]').selectOption('image')
    await expect.poll(() => shown(page)).toEqual(['old/network/ip-forward'])
    expect(await page.locator('output').textContent()).toBe('1 of 6 rules')
    expect(new URL(page.url()).hash).toBe('#status=fail&phase=image')
    await page.reload()
    expect(await shown(page)).toEqual(['old/network/ip-forward'])
    await page.getByRole('button', { name: 'Clear' }).click()
    await expect.poll(() => page.locator('output').textContent()).toBe('6 of 6 rules')
    expect(new URL(page.url()).hash).toBe('')
  })
})

test.for([
  ['severity=critical', ['old/network/ip-forward']],
  ['framework=cis-eks-1.8.0', ['old/kubelet/cgroup']],
  ['subject=new', ['new/gpu/x', 'new/network/ip-forward', 'new/network/bridge']],
  ['q=BROKE', ['new/gpu/x']],
  ['q=ip_forward+critical', ['old/network/ip-forward']],
  ['status=error&status=fail&subject=old', ['old/network/ip-forward', 'old/kubelet/cgroup']],
  ['q=nothing+like+this', []],
] as const)('an address that ends in #%s shows just those', async ([hash, ids]) => {
  await visit(`several#${hash}`, {}, async (page) => {
    expect(await shown(page)).toEqual(ids)
    expect(await page.locator('#nothing').isVisible()).toBe(ids.length === 0)
  })
})

test('a figure of the counts shows its results, and the way back leads back', async () => {
  await visit('several', {}, async (page) => {
    await page.getByRole('link', { name: '1 failed, high: show' }).click()
    await expect.poll(() => shown(page)).toEqual(['old/kubelet/cgroup'])
    expect(await page.evaluate('document.activeElement.id')).toBe('results')
    await page.goBack()
    await expect.poll(() => page.locator('output').textContent()).toBe('6 of 6 rules')
  })
})

test('a link to a result that is folded away and filtered out shows it', async () => {
  await visit('several#status=fail', {}, async (page) => {
    expect(await shown(page)).not.toContain('new/network/bridge')
    await page.evaluate("location.hash = '#new/network/bridge'")
    await expect.poll(() => shown(page)).toContain('new/network/bridge')
    expect(await page.locator('[id="new/network/bridge"]').getAttribute('open')).toBe('')
    expect(await page.evaluate('document.activeElement.parentElement.id')).toBe('new/network/bridge')
  })
})

test('the keyboard reaches the results first, then every filter in the order of the page, and opens a result', async () => {
  await visit('several', {}, async (page) => {
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the results')
    await page.keyboard.press('Enter')
    const names: string[] = []
    for (let at = 0; at < 11; at++) {
      await page.keyboard.press('Tab')
      names.push(
        await page.evaluate<string>(`{
          const { name, value, textContent } = document.activeElement
          name ? name + ' ' + value : textContent.trim()
        }`),
      )
    }
    expect(names).toEqual([
      'q ',
      'status fail',
      'status error',
      'status pass',
      'severity critical',
      'severity high',
      'phase ',
      'framework ',
      'subject ',
      'Open all shown',
      'Clear',
    ])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    const isOpen = () =>
      page.locator('[id="old/network/ip-forward"]').evaluate((one) => one.hasAttribute('open'))
    expect(await isOpen()).toBe(true)
    await page.keyboard.press('Enter')
    expect(await isOpen()).toBe(false)
  })
})

test('a screen reader meets headings in order, named regions, and a count that announces itself', async () => {
  await visit('several', {}, async (page) => {
    const levels = await page
      .locator('h1, h2, h3')
      .evaluateAll((all) => all.map((one) => Number(one.tagName.slice(1))))
    expect(levels[0]).toBe(1)
    expect(levels.filter((level, at) => level - (levels[at - 1] ?? level) > 1)).toEqual([])
    const tree = await page.locator('body').ariaSnapshot()
    for (const part of ['search "Filter the results"', 'group "Result"', 'textbox', 'status: 6 of 6 rules'])
      expect(tree.replace('searchbox', 'textbox')).toContain(part)
  })
})

test('nothing that a node said becomes an element or runs', async () => {
  await visit('hostile', {}, async (page) => {
    expect(await page.title()).toMatch(/^FAIL · <\/script><script>document\.title/)
    expect(await page.locator('img').count()).toBe(0)
    expect(await page.locator('script').count()).toBe(1)
  })
})

test('a script that gets into the page anyway is refused', async () => {
  const complaint = /inline script violates .*Content Security Policy/
  await visit('healthy', { complaint }, async (page) => {
    await page.evaluate(`{
      const script = document.createElement('script')
      script.textContent = "document.title = 'owned'"
      document.body.append(script)
    }`)
    expect(await page.title()).not.toBe('owned')
  })
})

test('on paper the filters are gone, every failure is unfolded and no value is cut', async () => {
  await visit('broken', {}, async (page) => {
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(await page.locator('form').isVisible()).toBe(false)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    const cut = await page
      .locator('pre')
      .evaluateAll(
        (all) => all.filter((one) => one.scrollHeight > one.clientHeight + 1 && one.clientHeight > 0).length,
      )
    expect(cut).toBe(0)
    const folded = await page
      .locator('.r[data-status=fail], .r[data-status=waived], .r[data-status=unproven]')
      .evaluateAll((rows) => rows.filter((row) => !row.hasAttribute('open')).length)
    expect(folded).toBe(0)
  })
})

test('5,000 results open and are filtered without a wait that a reader would mind', async () => {
  await visit('many', {}, async (page) => {
    const tookMs = await page.evaluate<Record<string, number>>(`(async () => {
      const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
      const took = { opened: performance.getEntriesByType('navigation')[0].duration }
      for (const hash of ['status=fail', 'status=pass', 'q=rule-17', 'q=rule-18', 'severity=high']) {
        const startedAt = performance.now()
        location.hash = hash
        await painted()
        await painted()
        took[hash] = performance.now() - startedAt
      }
      return took
    })()`)
    process.stderr.write(`5,000 results, ms: ${JSON.stringify(tookMs)}\n`)
    expect(Math.max(...Object.values(tookMs))).toBeLessThan(5_000)
    expect(await shown(page)).toHaveLength(5_000)
  })
})
