// Elements without markup in strings, so that no name in a model can become markup.

function make(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (value === true) element.setAttribute(key, '')
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value)
  }
  element.append(...children.flat(Infinity).filter(c => c !== null && c !== undefined && c !== false))
  return element
}

export const h = (tag, props, ...children) => make(document.createElement(tag), props, children)

export const svg = (tag, props, ...children) =>
  make(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children)

// say tells a screen reader what has happened.
export const say = text => { document.getElementById('said').textContent = text }

// problem shows an error as the server says it.
export const problem = error => h('p', { class: 'error', role: 'alert' }, error.message ?? String(error))

export const thousands = n => n.toLocaleString('en')

// short writes a number for reading; the exact one is in the tooltip.
export const short = v => {
  const n = Number(v)
  if (!Number.isFinite(n)) return String(n)
  if (n !== 0 && (Math.abs(n) < 1e-3 || Math.abs(n) >= 1e6)) return n.toExponential(3)
  return String(Number(n.toPrecision(5)))
}
