import type { Facts } from '../facts/index.ts'
import { nearest } from '../lib/nearest.ts'

/** The facts as a check of the user's gets them: what it reads cannot be changed, and a name that is no fact is an error. */
export const untouchableFacts = (facts: Facts): Facts =>
  new Proxy(facts, {
    get: (target, name) => {
      if (typeof name === 'string' && name !== 'toJSON' && !(name in target)) throw unknownFact(name, target)
      return untouchable(Reflect.get(target, name))
    },
  })

const unknownFact = (name: string, facts: Facts): Error => {
  const near = nearest(name, Object.keys(facts))
  return new Error(`there is no fact called ${name}${near ? `, did you mean ${near}?` : ''}`)
}

const done = new WeakSet<object>()

/** The same value, frozen through and through: whoever tries to change it gets a TypeError. Bytes cannot be frozen and stay as they are. */
export const untouchable = <T>(value: T): T => {
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one !== 'object' || one === null || done.has(one) || ArrayBuffer.isView(one)) continue
    done.add(one)
    if (one instanceof Map) waiting.push(...one.keys(), ...one.values())
    if (one instanceof Set) waiting.push(...one)
    if (one instanceof Map || one instanceof Set) forbidMutators(one)
    for (const { value: inner } of Object.values(Object.getOwnPropertyDescriptors(one))) waiting.push(inner)
    Object.freeze(one)
  }
  return value
}

/** Freezing a Map or a Set leaves its entries open. */
const forbidMutators = (collection: object): void => {
  for (const name of ['set', 'add', 'delete', 'clear'])
    if (name in collection)
      Object.defineProperty(collection, name, {
        value: () => {
          throw new TypeError('facts cannot be changed: copy what you want to change')
        },
      })
}
