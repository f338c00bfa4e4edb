// The heads that keep this model's answers from going negative.

import { curve } from './chart.js'
import { h } from './dom.js'

export function headTable(model) {
  if (!model.heads.length) return null
  const where = model.heads_appended ? 'behind the last layer' : 'in the place of the last activation'
  return h('details', { class: 'card wide' },
    h('summary', {}, h('h3', {}, 'Keep answers from going negative')),
    h('p', {}, `A head ${where} bounds the range of the answers; the weights stay. `,
      h('code', {}, `kerasrun rewrite ${model.file} --head softplus${model.heads_appended ? ' --append' : ''} -o positive.keras`)),
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of heads' }, h('table', {},
      h('thead', {}, h('tr', {}, ['Head', 'Curve', 'Formula', 'Range', 'Slope at 0', 'Slope far below', 'When'].map(t => h('th', { scope: 'col' }, t)))),
      h('tbody', {}, model.heads.map(d => h('tr', {}, h('th', { scope: 'row' }, d.name), h('td', {}, curve(d.name, d.x, d.y)),
        h('td', {}, h('code', {}, d.formula)), h('td', { class: 'range' }, d.range), h('td', {}, d.at_zero), h('td', {}, d.far_below), h('td', {}, d.when)))))))
}
