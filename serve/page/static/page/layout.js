// Where the boxes of a graph stand: in layers, each call below all it depends on.

export const box = { width: 190, height: 54, gapX: 24, gapY: 34, head: 34, pad: 14 }

// layout places the nodes of a graph. isOpen says which nested models are unfolded.
// Gives {width, height, boxes: [{node, x, y, width, height, inner}], edges: [{from, to}]}.
export function layout(graph, isOpen) {
  const boxes = graph.nodes.map(node => {
    const inner = node.inner && isOpen(node) ? layout(node.inner, isOpen) : null
    return {
      node, inner, rank: 0, x: 0, y: 0,
      width: inner ? Math.max(box.width, inner.width + 2 * box.pad) : box.width,
      height: inner ? inner.height + box.head + box.pad : box.height,
    }
  })
  const edges = []
  boxes.forEach((b, to) => b.node.from.forEach(from => {
    edges.push({ from: boxes[from], to: b })
    b.rank = Math.max(b.rank, boxes[from].rank + 1)
  }))
  const ranks = []
  for (const b of boxes) (ranks[b.rank] ??= []).push(b)
  order(ranks, edges)
  return place(ranks, boxes, edges)
}

// order puts each box near the middle of those it takes tensors from.
function order(ranks, edges) {
  const above = new Map()
  for (const e of edges) above.set(e.to, [...(above.get(e.to) ?? []), e.from])
  for (const rank of ranks) {
    for (const b of rank) {
      const from = above.get(b) ?? []
      b.middle = from.length ? from.reduce((sum, f) => sum + f.at, 0) / from.length : 0
    }
    rank.sort((a, b) => a.middle - b.middle)
    rank.forEach((b, i) => { b.at = i - (rank.length - 1) / 2 })
  }
}

function place(ranks, boxes, edges) {
  const widths = ranks.map(r => r.reduce((sum, b) => sum + b.width + box.gapX, -box.gapX))
  const width = Math.max(box.width, ...widths)
  let y = 0
  ranks.forEach((rank, i) => {
    let x = (width - widths[i]) / 2
    for (const b of rank) {
      b.x = x
      b.y = y
      x += b.width + box.gapX
    }
    y += Math.max(...rank.map(b => b.height)) + box.gapY
  })
  return { width, height: Math.max(0, y - box.gapY), boxes, edges }
}
