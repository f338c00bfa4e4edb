// The list of models, with the state of each.

import * as api from './api.js'
import { h } from './dom.js'
import { dropModel } from './drop.js'
import { local } from './transport.js'

export const shape = p => `${p.type} (${p.shape.map(d => d ?? 'None').join(', ')}${p.shape.length === 1 ? ',' : ''})`

const ports = all => h('ul', { class: 'plain' }, all.map(p => h('li', {}, h('b', {}, p.name), ' ', h('code', {}, shape(p)))))

function state(m) {
  const lines = m.versions.map(v => h('li', {},
    h('span', { class: v.ready ? 'badge good' : 'badge bad' }, v.ready ? 'ready' : 'not loaded'), ` version ${v.number}`,
    v.error && h('div', { class: 'error' }, v.ready ? `newest files not served: ${v.error}` : v.error)))
  return h('ul', { class: 'plain' }, lines.length ? lines : h('li', {}, h('span', { class: 'badge bad' }, 'unloaded')))
}

const link = m => {
  const at = `#/${encodeURIComponent(m.name)}`
  const ready = m.versions.filter(v => v.ready)
  if (!ready.length) return m.name
  return [h('a', { href: at }, m.name), ready.slice(1).map(v => [' ', h('a', { href: `${at}/${v.number}` }, `version ${v.number}`)])]
}

export async function showList() {
  const models = await api.list()
  const table = h('div', { class: 'card wide', tabindex: 0, role: 'region', 'aria-label': 'Table of models' }, h('table', {},
    h('thead', {}, h('tr', {}, ['Model', 'State', 'Inputs', 'Outputs'].map(t => h('th', { scope: 'col' }, t)))),
    h('tbody', {}, models.map(m => h('tr', {},
      h('th', { scope: 'row' }, link(m)), h('td', {}, state(m)), h('td', {}, ports(m.inputs)), h('td', {}, ports(m.outputs)))))))
  return [
    h('h2', {}, 'Models'),
    local && dropModel(),
    models.length ? table : !local && h('p', {}, 'This server has no models.'),
  ].filter(Boolean)
}
