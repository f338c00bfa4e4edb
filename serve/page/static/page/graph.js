// The graph of a model as SVG. Arrow keys walk it, Enter and a click choose a layer,
// and fold and unfold a model within.

import { h, svg, thousands } from './dom.js'
import { box, layout } from './layout.js'

const most = 1500 // boxes

const count = graph => graph.nodes.reduce((n, c) => n + 1 + (c.inner ? count(c.inner) : 0), 0)

const cut = (text, n) => text.length > n ? text.slice(0, n - 1) + '…' : text

export function drawGraph(model, choose) {
  const open = new Set()
  const frame = h('div', { class: 'graph', role: 'group', 'aria-label': 'Graph of the model: arrow keys walk, Enter chooses' })
  let chosen = null
  let focused = null

  const pick = node => {
    chosen = focused = node
    if (node.inner) open.has(node.path) ? open.delete(node.path) : open.add(node.path)
    draw(true)
    choose(node)
  }

  function drawBox(b) {
    const n = b.node
    const folds = n.inner ? (b.inner ? ', unfolded model' : ', folded model') : ''
    const about = `${n.name}, ${n.class}, gives ${n.shapes.join(' and ')}, ${thousands(n.params)} parameters${folds}`
    const group = svg('g', {
      class: ['node', n.inner && 'model', n === chosen && 'chosen', n.class === 'InputLayer' && 'input', n.params > 0 && 'weighted'].filter(Boolean).join(' '),
      role: 'button', tabindex: n === focused ? 0 : -1, 'aria-label': about,
      'aria-expanded': n.inner ? String(Boolean(b.inner)) : null, 'aria-pressed': n.inner ? null : String(n === chosen), 'data-path': n.path,
      onclick: e => { e.stopPropagation(); pick(n) },
      onkeydown: e => key(e, n),
    },
    svg('title', {}, about),
    svg('rect', { width: b.width, height: b.height, rx: 6 }))
    const line = (kind, x, y, text, anchor) => svg('text', { x, y, class: kind, 'text-anchor': anchor, 'aria-hidden': 'true' }, text)
    return svg('g', { transform: `translate(${b.x} ${b.y})` }, group,
      line('name', 10, 18, cut((n.inner ? (b.inner ? '▾ ' : '▸ ') : '') + n.name, 25)),
      n.name.length < 20 && n.params > 0 && line('count', b.width - 10, 18, size(n.params), 'end'),
      !b.inner && [line('class', 10, 33, cut(n.class, 30)), line('shape', 10, 47, cut(n.shapes.join(' '), 30))],
      b.inner && svg('g', { transform: `translate(${(b.width - b.inner.width) / 2} ${box.head})` }, content(b.inner)))
  }

  const content = l => [...l.edges.map(drawEdge), ...l.boxes.map(drawBox)]

  function draw(keepFocus) {
    const l = layout(model.graph, n => open.has(n.path))
    const nodes = []
    const list = boxes => boxes.forEach(b => { nodes.push(b.node); if (b.inner) list(b.inner.boxes) })
    list(l.boxes)
    focused = nodes.find(n => n === focused) ?? nodes[0]
    frame.replaceChildren(svg('svg', { width: l.width + 4, height: l.height + 4, viewBox: `-2 -2 ${l.width + 4} ${l.height + 4}` },
      svg('defs', {}, svg('marker', { id: 'tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        svg('path', { d: 'M0 0L8 4L0 8z' }))),
      content(l)))
    if (keepFocus) frame.querySelector('[tabindex="0"]')?.focus({ preventScroll: true })
  }

  function key(e, node) {
    if (e.key === 'Enter' || e.key === ' ') {
      e.preventDefault()
      e.stopPropagation()
      return pick(node)
    }
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key]
    if (!step) return
    e.preventDefault()
    e.stopPropagation()
    const all = [...frame.querySelectorAll('.node')]
    const next = all[all.findIndex(g => g.dataset.path === node.path) + step]
    if (!next) return
    e.currentTarget.setAttribute('tabindex', -1)
    next.setAttribute('tabindex', 0)
    next.focus()
    focused = find(model.graph, next.dataset.path)
  }

  if (count(model.graph) > most) {
    frame.append(h('p', {}, `The graph has ${thousands(count(model.graph))} layers, more than the ${thousands(most)} that are drawn here.`))
    return frame
  }
  draw(false)
  return frame
}

function find(graph, path) {
  for (const n of graph.nodes) {
    const found = n.path === path ? n : n.inner && find(n.inner, path)
    if (found) return found
  }
  return null
}

function drawEdge({ from, to }) {
  const x1 = from.x + from.width / 2, y1 = from.y + from.height, x2 = to.x + to.width / 2, y2 = to.y
  const bend = Math.max(12, (y2 - y1) / 2)
  return svg('path', { class: 'edge', d: `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`, 'marker-end': 'url(#tip)' })
}

const size = n => n >= 1e6 ? `${(n / 1e6).toFixed(1)} M` : n >= 1e4 ? `${Math.round(n / 1e3)} k` : thousands(n)
