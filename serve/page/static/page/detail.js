// What is known of a layer: its options, its weights, and what it gave last.

import * as api from './api.js'
import { bars, histogram, maps } from './chart.js'
import { h, problem, say, thousands } from './dom.js'

const line = (name, value) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, h('code', {}, value)))

// none are the options that are null, on a line together.
const none = node => node.options.filter(o => o.value === 'null').map(o => o.name)

const options = node => node.options.length
  ? h('table', { class: 'options' }, h('tbody', {}, node.options.filter(o => o.value !== 'null').map(o => line(o.name, o.value)),
    none(node).length > 0 && line('null', none(node).join(', '))))
  : h('p', { class: 'quiet' }, node.inner ? 'A model: click it again to fold or unfold it.' : 'None.')

const weight = w => h('section', {}, h('h4', {}, w.name, ' ', h('code', {}, `${w.type} ${w.shape}`), !w.trainable && h('span', { class: 'badge' }, 'not trainable')),
  histogram(w.name, w.spread))

function activation(a) {
  const flat = a.row.filter(d => d > 1)
  let row = null
  if (a.texts) row = h('ul', {}, a.texts.slice(0, 100).map(t => h('li', {}, h('code', {}, t))))
  else if (a.values.length && flat.length === 2) row = maps(a.name, a.values, flat)
  else if (a.values.length && flat.length === 3) row = maps(a.name, a.values, flat)
  else if (a.values.length) row = bars(`${a.name}, first row`, a.values)
  return h('section', {}, h('h4', {}, a.name, ' ', h('code', {}, a.shape)), !a.texts && histogram(a.name, a.spread),
    row ? [h('h5', {}, 'First row'), row] : h('p', { class: 'quiet' }, 'A row has too many numbers to show.'))
}

// fill shows what a request gives in an element, or its error.
async function fill(element, request, draw) {
  element.replaceChildren(h('p', { class: 'quiet' }, 'Loading…'))
  try {
    const all = await request
    element.replaceChildren(...(all.length ? all.map(draw) : [h('p', { class: 'quiet' }, 'None.')]))
  } catch (error) {
    element.replaceChildren(problem(error))
  }
}

// detailOf makes the panel. show(node) shows a layer, tried(body) what it gives now.
export function detailOf(model) {
  const panel = h('section', { class: 'card detail', id: 'detail', tabindex: 0, 'aria-label': 'Layer' }, h('p', { class: 'quiet' }, 'Choose a layer of the graph to see its options, weights and activations.'))
  let node = null
  let body = null
  let weights, activations

  const tried = given => {
    body = given
    if (!node) return
    if (body) fill(activations, api.activations(model, node.path, body), activation)
    else activations.replaceChildren(h('p', { class: 'quiet' }, 'Try the model to see what this layer gives.'))
  }
  const show = chosen => {
    node = chosen
    weights = h('div')
    activations = h('div', { id: 'activations' })
    panel.replaceChildren(
      h('h3', {}, node.name, ' ', h('span', { class: 'quiet' }, node.class)),
      h('p', {}, h('code', {}, node.shapes.join(', ')), ` · ${thousands(node.params)} parameters`, !node.trainable && ' · frozen'),
      h('h4', {}, 'Options'), options(node), h('h4', {}, 'Weights'), weights, h('h4', {}, 'Activations of the last try'), activations)
    say(`Layer ${node.name}`)
    if (node.params) fill(weights, api.weights(model, node.layer), weight)
    else weights.replaceChildren(h('p', { class: 'quiet' }, 'None.'))
    tried(body)
  }
  return { panel, show, tried }
}
