// Requests: to the server the page came from, or to the program in this tab.

import { start } from './transport.js'

let token = ''

// parse reads JSON in which NaN and Infinity may stand, as texts.
export const parse = text => JSON.parse(
  text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, m => m[0] === '"' ? m : `"${m}"`))

// Refused is a server that wants a token.
export class Refused extends Error {}

export const bear = t => { token = t }

async function ask(method, path, body) {
  const headers = token ? { Authorization: 'Bearer ' + token } : {}
  const { status, text } = await (await start)(method, path, body, headers)
  let value
  try {
    value = parse(text)
  } catch {
    throw new Error(`The server answered ${status} with what is no JSON: ${text.slice(0, 200)}`)
  }
  if (status === 401) throw new Refused(value.error)
  if (status >= 400) throw new Error(value.error)
  return value
}

const of = (model, rest) => `page/api/models/${encodeURIComponent(model)}${rest}`

export const list = async () => (await ask('GET', 'page/api/models')).models
export async function describe(name, version) {
  const model = await ask('GET', of(name, version ? `?version=${version}` : ''))
  return { ...model, file: files.get(name) ?? model.file }
}
export const weights = async (m, layer) =>
  (await ask('GET', of(m.name, `/weights?version=${m.version}&layer=${encodeURIComponent(layer)}`))).weights
export const activations = async (m, layer, body) =>
  (await ask('POST', of(m.name, `/activations?version=${m.version}&layer=${encodeURIComponent(layer)}`), body)).activations
export const predict = (m, body) =>
  ask('POST', `v1/models/${encodeURIComponent(m.name)}/versions/${m.version}:predict`, body)

const files = new Map() // the names of those that were dropped

export async function load(name, file) {
  await ask('POST', `page/api/load?name=${encodeURIComponent(name)}`, await file.arrayBuffer())
  files.set(name, file.name)
}
