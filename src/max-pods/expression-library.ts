import { param, scalar, type Type } from './expression-type.ts'

/** One way to call a function; `receiver`: as a method of its first argument. */
export interface Overload {
  readonly receiver: boolean
  readonly args: readonly Type[]
  readonly result: Type
}

const order =
  'bool bool, int int, uint uint, double double, string string, bytes bytes, timestamp timestamp, duration duration'
const dated = '.timestamp, .timestamp string'

/**
 * The declarations of cel-go's standard library (common/stdlib/standard.go), comparisons across number types left out, because nodeadm does
 * not switch them on. `.string string` is a method of string; A and B are type parameters.
 */
const declarations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '_?_:_': { A: 'bool A A' },
  '_&&_': { bool: 'bool bool' },
  '_||_': { bool: 'bool bool' },
  '!_': { bool: 'bool' },
  '@not_strictly_false': { bool: 'bool' },
  '_==_': { bool: 'A A' },
  '_!=_': { bool: 'A A' },
  '_<_': { bool: order },
  '_<=_': { bool: order },
  '_>_': { bool: order },
  '_>=_': { bool: order },
  '@in': { bool: 'A list(A), A map(A,B)' },
  '_[_]': { A: 'list(A) int', B: 'map(A,B) A' },
  '_+_': {
    bytes: 'bytes bytes',
    double: 'double double',
    duration: 'duration duration',
    timestamp: 'duration timestamp, timestamp duration',
    int: 'int int',
    'list(A)': 'list(A) list(A)',
    string: 'string string',
    uint: 'uint uint',
  },
  '_-_': {
    double: 'double double',
    duration: 'duration duration, timestamp timestamp',
    int: 'int int',
    timestamp: 'timestamp duration',
    uint: 'uint uint',
  },
  '_*_': { double: 'double double', int: 'int int', uint: 'uint uint' },
  '_/_': { double: 'double double', int: 'int int', uint: 'uint uint' },
  '_%_': { int: 'int int', uint: 'uint uint' },
  '-_': { double: 'double', int: 'int' },
  size: { int: 'bytes, list(A), map(A,B), string, .bytes, .list(A), .map(A,B), .string' },
  type: { 'type(A)': 'A' },
  dyn: { dyn: 'A' },
  bool: { bool: 'bool, string' },
  bytes: { bytes: 'bytes, string' },
  double: { double: 'double, int, string, uint' },
  duration: { duration: 'duration, int, string' },
  int: { int: 'int, double, duration, string, timestamp, uint' },
  string: { string: 'string, bool, bytes, double, duration, int, timestamp, uint' },
  timestamp: { timestamp: 'timestamp, int, string' },
  uint: { uint: 'uint, double, int, string' },
  contains: { bool: '.string string' },
  endsWith: { bool: '.string string' },
  startsWith: { bool: '.string string' },
  matches: { bool: 'string string, .string string' },
  getFullYear: { int: dated },
  getMonth: { int: dated },
  getDate: { int: dated },
  getDayOfMonth: { int: dated },
  getDayOfWeek: { int: dated },
  getDayOfYear: { int: dated },
  getHours: { int: `${dated}, .duration` },
  getMinutes: { int: `${dated}, .duration` },
  getSeconds: { int: `${dated}, .duration` },
  getMilliseconds: { int: `${dated}, .duration` },
}

const readType = (text: string): Type => {
  const open = text.indexOf('(')
  if (open < 0) return /^[A-Z]$/.test(text) ? param(text) : scalar(text)
  return {
    kind: text.slice(0, open),
    params: text
      .slice(open + 1, -1)
      .split(',')
      .map(readType),
  }
}

const readOverload = (text: string, result: string): Overload => ({
  receiver: text.startsWith('.'),
  args: text.replace(/^\./, '').split(' ').map(readType),
  result: readType(result),
})

const read = (byResult: Readonly<Record<string, string>>): readonly Overload[] =>
  Object.entries(byResult).flatMap(([result, calls]) =>
    calls.split(', ').map((call) => readOverload(call, result)),
  )

let overloads: ReadonlyMap<string, readonly Overload[]> | undefined

/** All ways to call a function of the standard library; undefined where there is no such function. */
export const overloadsOf = (name: string): readonly Overload[] | undefined => {
  overloads ??= new Map(Object.entries(declarations).map(([each, byResult]) => [each, read(byResult)]))
  return overloads.get(name)
}

const typeNames: Readonly<Record<string, string>> = {
  bool: 'bool',
  bytes: 'bytes',
  double: 'double',
  int: 'int',
  list: 'list(A)',
  map: 'map(A,B)',
  null_type: 'null_type',
  string: 'string',
  type: 'type',
  uint: 'uint',
  'google.protobuf.Duration': 'duration',
  'google.protobuf.Timestamp': 'timestamp',
}

/** The type that a type's name denotes as a value: `int` is of type type(int). */
export const typeNamed = (name: string): Type | undefined => {
  const denoted = Object.hasOwn(typeNames, name) ? typeNames[name] : undefined
  return denoted === undefined ? undefined : { kind: 'type', params: [readType(denoted)] }
}

const int = { seconds: 'int', nanos: 'int' }
const messages: Readonly<
  Record<string, { readonly is: string; readonly fields: Readonly<Record<string, string>> }>
> = {
  BoolValue: { is: 'bool', fields: { value: 'bool' } },
  BytesValue: { is: 'bytes', fields: { value: 'bytes' } },
  DoubleValue: { is: 'double', fields: { value: 'double' } },
  FloatValue: { is: 'double', fields: { value: 'double' } },
  Int32Value: { is: 'int', fields: { value: 'int' } },
  Int64Value: { is: 'int', fields: { value: 'int' } },
  StringValue: { is: 'string', fields: { value: 'string' } },
  UInt32Value: { is: 'uint', fields: { value: 'uint' } },
  UInt64Value: { is: 'uint', fields: { value: 'uint' } },
  Duration: { is: 'duration', fields: int },
  Timestamp: { is: 'timestamp', fields: int },
}

/** The type of a well-known message, and of its fields, where an expression may build one: `google.protobuf.Int32Value{value: 5}`. */
export const messageNamed = (
  name: string,
): { readonly is: Type; readonly field: (name: string) => Type | undefined } | undefined => {
  const short = name.replace(/^\.?google\.protobuf\./, '')
  const message = short !== name && Object.hasOwn(messages, short) ? messages[short] : undefined
  if (!message) return undefined
  return {
    is: readType(message.is),
    field: (field) => {
      const type = Object.hasOwn(message.fields, field) ? message.fields[field] : undefined
      return type === undefined ? undefined : readType(type)
    },
  }
}
