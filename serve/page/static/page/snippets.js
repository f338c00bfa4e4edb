// What to write to ask this model from a shell or a program.

import { h, say } from './dom.js'
import { local } from './transport.js'
import * as values from './values.js'

const longest = 1500

const shell = text => `'${text.replaceAll("'", "'\\''")}'`

// snippets are [name, text] for a request's body.
function snippets(model, body) {
  const base = local ? 'http://localhost:8080/' : new URL('.', location.href).href
  const url = `${base}v1/models/${encodeURIComponent(model.name)}:predict`
  const long = body.length > longest
  const literal = long ? null : JSON.stringify(body)
  const sole = model.inputs.length === 1 && model.outputs.length === 1 && model.inputs[0].type === 'float32' && model.outputs[0].type === 'float32'
  const numbers = sole && !long && !/NaN|Infinity/.test(body) ? body.replace(/^\{"inputs":|\}$/g, '').replace(/[[\]]/g, '') : null
  return [
    ['curl', (local ? `kerasrun serve ${shell(model.file)} &\n` : '') + `curl -d ${long ? '@body.json' : shell(body)} ${shell(url)}`],
    ['Python', `import json, urllib.request

body = ${long ? 'open("body.json", "rb").read()' : `${literal}.encode()`}
with urllib.request.urlopen(${JSON.stringify(url)}, body) as answer:
    print(json.load(answer)["outputs"])`],
    ['Go', `package main

import (
	"io"
	"log"
	"net/http"
	"os"${long ? '' : '\n\t"strings"'}
)

func main() {
${long ? '\tbody, err := os.Open("body.json")\n\tif err != nil {\n\t\tlog.Fatal(err)\n\t}' : `	body := strings.NewReader(${literal})`}
	answer, err := http.Post(${JSON.stringify(url)}, "application/json", body)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		log.Fatal(err)
	}
}`],
    numbers !== null && ['Go, without a server', `package main

import (
	"fmt"
	"log"

	"github.com/kerasrun/kerasrun/keras"
)

func main() {
	m, err := keras.Load(${JSON.stringify(model.file)})
	if err != nil {
		log.Fatal(err)
	}
	p, err := m.Compile()
	if err != nil {
		log.Fatal(err)
	}
	y, err := p.Predict([]float32{${numbers.replaceAll(',', ', ')}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y)
}`],
  ].filter(Boolean)
}

// snippetsOf makes the section. The result's show(body) writes them for a request.
export function snippetsOf(model) {
  const element = h('section', { class: 'card wide', 'aria-label': 'Ask from a program' })
  const show = given => {
    const body = given ?? values.body(model, model.inputs.map(p => values.read(p, values.sample(p))))
    element.replaceChildren(h('h3', {}, 'Ask from a program'),
      body.length > longest ? h('p', {}, 'body.json holds the request of the last try: ', h('button', { type: 'button', onclick: e => copy(e, body) }, 'Copy it')) : '',
      ...snippets(model, body).map(([name, text], i) => h('details', { open: i === 0 }, h('summary', {}, name),
        h('div', { class: 'code' }, h('button', { type: 'button', 'aria-label': `Copy ${name}`, onclick: e => copy(e, text) }, 'Copy'), h('pre', { tabindex: 0 }, text)))))
  }
  show(null)
  return { element, show }
}

async function copy(event, text) {
  const button = event.currentTarget
  try {
    await navigator.clipboard.writeText(text)
    say('Copied')
    button.textContent = 'Copied'
  } catch {
    say('The browser does not let this page copy')
    button.textContent = 'Not allowed'
  }
}
