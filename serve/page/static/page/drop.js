// A field for a file, chosen or dropped.

import * as api from './api.js'
import { h, problem, say } from './dom.js'

let last = 0

// fileField is a labelled field; take is called with each file. What it throws is shown.
export function fileField(label, accept, take) {
  const id = `file${++last}`
  const wrong = h('div')
  const given = async file => {
    if (!file) return
    wrong.replaceChildren()
    box.classList.add('busy')
    try {
      await take(file)
    } catch (error) {
      wrong.replaceChildren(problem(error))
    }
    box.classList.remove('busy')
  }
  const input = h('input', { type: 'file', id, accept, onchange: () => given(input.files[0]).then(() => { input.value = '' }) })
  const box = h('div', {
    class: 'drop',
    ondragover: e => { e.preventDefault(); box.classList.add('over') },
    ondragleave: () => box.classList.remove('over'),
    ondrop: e => { e.preventDefault(); box.classList.remove('over'); given(e.dataTransfer.files[0]) },
  }, h('label', { for: id }, label), ' ', input, wrong)
  return box
}

// dropModel takes a model into the program in this tab.
export const dropModel = () => h('section', { class: 'card open', 'aria-label': 'Open a model' },
  fileField('Drop a .keras or .h5 file here, or choose one:', '.keras,.h5,.hdf5', async file => {
    say(`Loading ${file.name}`)
    const name = file.name.replace(/\.(keras|h5|hdf5)$/i, '').replaceAll('/', '_')
    await api.load(name, file)
    location.hash = `#/${encodeURIComponent(name)}`
  }),
  h('p', { class: 'quiet' }, 'The model is read and run in this tab. Nothing leaves this machine.'))
