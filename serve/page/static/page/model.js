// One model: what it is, its graph, a form to try it, and what to write for it.

import { showAnswer } from './answer.js'
import * as api from './api.js'
import { detailOf } from './detail.js'
import { h, problem, say, thousands } from './dom.js'
import { formOf } from './form.js'
import { drawGraph } from './graph.js'
import { headTable } from './heads.js'
import { shape } from './list.js'
import { snippetsOf } from './snippets.js'

export async function showModel(name, version) {
  const model = await api.describe(name, version)
  const detail = detailOf(model)
  const snippets = snippetsOf(model)
  const answer = h('div', { id: 'answer', class: 'card', role: 'region', 'aria-label': 'Answer' }, h('h3', {}, 'Answer'), h('p', { class: 'quiet' }, 'Nothing asked yet.'))
  let turn = 0

  const wrong = error => { turn++; answer.replaceChildren(h('h3', {}, 'Answer'), problem(error)) }
  const submit = async body => {
    const mine = ++turn
    const began = performance.now()
    answer.setAttribute('aria-busy', 'true')
    try {
      const given = await api.predict(model, body)
      const took = performance.now() - began
      if (mine !== turn) return
      answer.replaceChildren(h('h3', {}, 'Answer'), ...showAnswer(model, given, took))
      say('Answered')
      snippets.show(body)
      detail.tried(body)
    } catch (error) {
      if (mine === turn) wrong(error)
    } finally {
      answer.removeAttribute('aria-busy')
    }
  }

  return [
    h('h2', {}, model.name),
    h('p', {}, `${model.file}, written by Keras ${model.keras} · ${model.class} · ${thousands(model.params)} parameters · version ${model.version}, loaded ${new Date(model.loaded).toLocaleString()}`),
    h('p', { class: 'quiet' }, 'Takes ', list(model.inputs), ', gives ', list(model.outputs), `. At most ${thousands(model.limits.rows)} rows a request.`),
    h('div', { class: 'columns' },
      h('section', { class: 'card', 'aria-label': 'Graph' }, h('h3', {}, 'Graph'), drawGraph(model, detail.show)), detail.panel,
      formOf(model, submit, wrong), answer),
    snippets.element,
    headTable(model),
  ].filter(Boolean)
}

const list = ports => ports.map((p, i) => [i > 0 && ', ', h('b', {}, p.name), ' ', h('code', {}, shape(p))])
