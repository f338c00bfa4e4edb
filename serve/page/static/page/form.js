// The form to try a model: a field for each input.

import { fileField } from './drop.js'
import { h } from './dom.js'
import { array, picture, scales, takesPictures } from './files.js'
import { shape } from './list.js'
import * as values from './values.js'

// random looks like what people standardize their columns to.
const random = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())

// fieldOf makes the field of an input: {element, text(), fill(text)}.
function fieldOf(port, i, changed) {
  const id = `input${i}`
  const n = values.size(port.shape.slice(1))
  const area = h('textarea', { id, rows: n > 8 || Number.isNaN(n) ? 4 : 2, spellcheck: 'false', autocomplete: 'off', 'aria-describedby': `${id}-hint`, oninput: changed })
  const scale = h('select', { id: `${id}-scale` }, Object.keys(scales).map(s => h('option', {}, s)))
  const held = h('p', { class: 'held', hidden: true })
  let file = null
  const hold = given => {
    file = given
    held.hidden = !given
    area.hidden = Boolean(given)
    held.replaceChildren(given ? given.about + ' ' : '', h('button', { type: 'button', onclick: () => { hold(null); area.focus() } }, 'Remove'))
    if (given) changed()
  }
  const take = async f => {
    if (f.name.endsWith('.npy')) return hold(array(port, await f.arrayBuffer()))
    if (/\.(csv|txt|json)$/i.test(f.name) || f.type.startsWith('text/')) {
      hold(null)
      area.value = await f.text()
      return changed()
    }
    if (!takesPictures(port)) throw new Error(`${f.name}: wanted .npy, .csv or .json, received something else`)
    hold(await picture(port, f, scale.value))
  }
  const hint = port.type === 'string' ? (n === 1 ? 'A text on each line.' : 'Texts separated by commas, a line for each row.')
    : Number.isNaN(n) ? 'Numbers, a line for each row; or JSON.' : `${n} number${n === 1 ? '' : 's'} a row, such as a row of CSV; or JSON.`
  return {
    element: h('fieldset', {}, h('legend', {}, h('label', { for: id }, port.name), ' ', h('code', {}, shape(port))), area, held,
      h('p', { class: 'quiet', id: `${id}-hint` }, hint),
      fileField(takesPictures(port) ? 'Or drop a picture or .npy:' : 'Or drop a .npy or .csv:', takesPictures(port) ? 'image/*,.npy,.csv,.json' : '.npy,.csv,.json,.txt', take),
      takesPictures(port) && h('p', {}, h('label', { for: scale.id }, 'Pixels become '), scale)),
    text: () => file ? file.text : values.read(port, area.value),
    fill: text => { hold(null); area.value = text },
  }
}

// formOf makes the form. submit is called with the request's body, wrong with an error.
export function formOf(model, submit, wrong) {
  let timer
  const send = () => {
    let body
    try {
      body = values.body(model, fields.map(f => f.text()))
    } catch (error) {
      return wrong(error)
    }
    return submit(body)
  }
  const live = h('input', { type: 'checkbox', id: 'live' })
  const changed = () => {
    clearTimeout(timer)
    if (live.checked) timer = setTimeout(send, 250)
  }
  const fields = model.inputs.map((p, i) => fieldOf(p, i, changed))
  const fill = draw => { fields.forEach((f, i) => f.fill(values.sample(model.inputs[i], draw))); changed() }
  return h('form', { class: 'card', 'aria-label': 'Try it', onsubmit: e => { e.preventDefault(); send() } },
    h('h3', {}, 'Try it'), model.inputs.length > 1 && rowField(model, fields, wrong, changed), fields.map(f => f.element),
    h('p', { class: 'buttons' }, h('button', { class: 'main', id: 'predict' }, 'Predict'), h('button', { type: 'button', onclick: () => fill(random) }, 'Random row'),
      h('button', { type: 'button', onclick: () => fill() }, 'Zeros'), h('span', {}, live, h('label', { for: 'live' }, ' while typing'))))
}

// rowField takes a row of CSV for all inputs.
function rowField(model, fields, wrong, changed) {
  const sizes = model.inputs.map(p => values.size(p.shape.slice(1)))
  const total = sizes.reduce((a, b) => a + b, 0)
  if (Number.isNaN(total)) return null
  const input = h('input', {
    id: 'row', autocomplete: 'off', placeholder: `${total} values, input after input`, onchange: () => {
      const all = values.cells(input.value, 'string')
      if (all.length !== total) return wrong(new Error(`row: wanted ${total} values, received ${all.length}`))
      let from = 0
      fields.forEach((f, i) => f.fill(all.slice(from, from += sizes[i]).map(c => model.inputs[i].type === 'string' && sizes[i] > 1 ? JSON.stringify(c) : c.trim()).join(', ')))
      changed()
    },
  })
  return h('p', {}, h('label', { for: 'row' }, 'A row of CSV for all inputs '), input)
}
