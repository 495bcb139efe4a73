import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** The browser of this machine: what AMIPROOF_CHROMIUM names, else the first on the path. undefined: there is none. */
export const findChromium = (env: NodeJS.ProcessEnv): string | undefined =>
  env.AMIPROOF_CHROMIUM ??
  names
    .flatMap((name) => (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path))

/** Starts the browser, headless and quiet. It must be closed. */
export const startChromium = async (executablePath: string): Promise<Browser> => {
  // Whoever only asks whether there is a browser does not wait for what drives it.
  const { chromium } = await import('playwright-core')
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
    ],
  })
}
