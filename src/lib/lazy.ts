import { createRequire } from 'node:module'

/** What `make` makes: made when it is first asked for, and once. */
export const once = <T>(make: () => T): (() => T) => {
  let made: { readonly it: T } | undefined
  return () => {
    made ??= { it: make() }
    return made.it
  }
}

/**
 * A package, or a JSON file beside a module, loaded when it is first needed: importing the library costs no more than what is used of it, and
 * stays synchronous.
 * @param base `import.meta.url` of the module that asks
 */
export const loadFrom = (base: string, name: string) => createRequire(base)(name)
