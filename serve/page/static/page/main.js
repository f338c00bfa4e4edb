// What the address asks for: #/ is the list of models, #/NAME or #/NAME/VERSION one.

import * as api from './api.js'
import { h, problem, say } from './dom.js'
import { showList } from './list.js'
import { showModel } from './model.js'
import { local } from './transport.js'

const main = document.getElementById('main')
let turn = 0

async function show() {
  const mine = ++turn
  const [name, version] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent)
  let content
  try {
    content = await (name ? showModel(name, version) : showList())
  } catch (error) {
    content = error instanceof api.Refused ? askToken(error) : [problem(error), h('p', {}, h('a', { href: '#/' }, 'All models'))]
  }
  if (mine !== turn) return // another was asked for meanwhile
  document.title = (name || 'Models') + ' – kerasrun'
  document.getElementById('where').replaceChildren(...(name ? [h('a', { href: '#/' }, 'All models'), h('span', { 'aria-current': 'page' }, name)] : []))
  main.replaceChildren(...[content].flat())
  main.removeAttribute('aria-busy')
  say(name ? `Model ${name}` : 'Models')
}

function askToken(error) {
  const input = h('input', { type: 'password', id: 'token', autocomplete: 'off', required: true })
  return h('form', {
    class: 'card', onsubmit: e => {
      e.preventDefault()
      api.bear(input.value)
      show()
    },
  }, problem(error), h('label', { for: 'token' }, 'Token'), input, h('button', {}, 'Continue'))
}

addEventListener('hashchange', () => {
  if (location.hash === '#main') return
  main.setAttribute('aria-busy', 'true')
  show().then(() => main.focus({ preventScroll: true }))
})
main.append(h('p', { class: 'quiet' }, local ? 'Loading the program…' : 'Loading…'))
show()
