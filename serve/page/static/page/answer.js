// Answers as numbers and bars, with how long they took.

import { bars } from './chart.js'
import { h, short } from './dom.js'

const mostRows = 50
const times = []

const flat = v => Array.isArray(v) ? v.flatMap(flat) : [v]

function output(port, value) {
  const rows = port.shape.length ? value : [value]
  const first = flat(rows[0] ?? [])
  const texts = port.type === 'string' || port.type === 'bool'
  return h('section', {}, h('h4', {}, port.name, rows.length > 1 && ', first of ' + rows.length + ' rows'),
    texts ? h('ul', {}, first.slice(0, 100).map(t => h('li', {}, h('code', {}, typeof t === 'object' ? JSON.stringify(t) : String(t))))) : bars(port.name, first),
    rows.length > 1 && h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Rows of ${port.name}` }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Row'), first.slice(0, 20).map((_, i) => h('th', { scope: 'col' }, String(i))))),
      h('tbody', {}, rows.slice(0, mostRows).map((r, i) => h('tr', {}, h('th', { scope: 'row' }, String(i)),
        flat(r).slice(0, 20).map(v => h('td', { title: String(v) }, texts ? String(v) : short(v)))))))),
    rows.length > mostRows && h('p', { class: 'quiet' }, `and ${rows.length - mostRows} more rows`))
}

// exact is the answer as JSON, for copying.
export function showAnswer(model, answer, milliseconds) {
  times.push(milliseconds)
  times.splice(0, times.length - 20)
  const middle = [...times].sort((a, b) => a - b)[times.length >> 1]
  const of = p => model.outputs.length === 1 ? answer.outputs : answer.outputs[p.name]
  return [
    h('p', { class: 'quiet' }, `${short(milliseconds)} ms`, times.length > 1 && `, median of the last ${times.length}: ${short(middle)} ms`),
    model.outputs.map(p => output(p, of(p))),
    h('details', {}, h('summary', {}, 'JSON'), h('pre', { id: 'exact', tabindex: 0 }, JSON.stringify(answer.outputs).slice(0, 20000))),
  ].flat()
}
