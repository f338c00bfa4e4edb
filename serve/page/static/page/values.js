// From what people type to the JSON of a request. Numbers stay the text they were
// typed as, so that the server reads every digit.

export const size = shape => shape.reduce((n, d) => n * (d ?? NaN), 1)

const decimal = /^([-+]?)(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/

// number spells a number as JSON does, or gives null.
function number(text, type) {
  if (type === 'bool') return { 1: 'true', 0: 'false', true: 'true', false: 'false' }[text.toLowerCase()] ?? null
  if (/^[-+]?(inf|infinity)$/i.test(text)) return text[0] === '-' ? '-Infinity' : 'Infinity'
  if (/^nan$/i.test(text)) return 'NaN'
  const m = decimal.exec(text)
  if (!m) return null
  const [whole, part] = m[2].split('.')
  return (m[1] === '-' ? '-' : '') + (whole.replace(/^0+(?=\d)/, '') || '0') + (part ? '.' + part : '') + (m[3] ?? '')
}

// cells splits a line of CSV; quotes hold separators.
export function cells(line, type) {
  if (type !== 'string') return line.trim().split(/[\s,;]+/).filter(Boolean).map(c => c.replace(/^"(.*)"$/, '$1'))
  const out = []
  for (const m of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)) out.push(m[1] !== undefined ? m[1].replaceAll('""', '"') : m[2])
  return out
}

const spell = (cell, type) => type === 'string' ? JSON.stringify(cell) : number(cell, type)

// nest writes elements as lists of lists of a shape.
export function nest(all, shape, from = 0, count = all.length) {
  if (!shape.length) return all[from]
  const each = count / shape[0]
  return '[' + Array.from({ length: shape[0] }, (_, i) => nest(all, shape.slice(1), from + i * each, each)).join(',') + ']'
}

const fail = (port, wanted, received) => { throw new Error(`${port.name}: wanted ${wanted}, received ${received}`) }

// read makes the JSON of an input out of text: a line of CSV for each row, numbers
// over several lines for one, or JSON.
export function read(port, text) {
  const shape = port.shape.slice(1)
  if (/^\s*\[/.test(text)) return text.trim()
  if (!port.shape.length) return spell(text.trim(), port.type) ?? fail(port, 'a number', JSON.stringify(text))
  const n = size(shape)
  const one = port.type === 'string' && n === 1 // a text may hold commas
  let lines = text.split(/\r?\n/).filter(l => l.trim() !== '').map(l => one ? [l] : cells(l, port.type))
  if (!lines.length) fail(port, Number.isNaN(n) ? 'values' : `${n} values a row`, 'none')
  if (lines.length > 1 && port.type !== 'string' && lines[0].some(c => number(c, port.type) === null)) lines = lines.slice(1) // the names of columns
  const rows = shape.length === 0 ? lines.flat().map(c => [c]) : lines
  const values = rows.flat().map(c => spell(c, port.type) ?? fail(port, port.type === 'bool' ? 'true or false' : 'numbers', JSON.stringify(c)))
  if (Number.isNaN(n)) {
    const width = rows[0].length
    if (shape.length !== 1 || rows.some(r => r.length !== width)) {
      fail(port, shape.length === 1 ? 'rows of one length' : `JSON, lists of lists of the shape (${port.shape.map(d => d ?? 'None').join(', ')})`, `${rows.length} lines`)
    }
    return nest(values, [rows.length, width])
  }
  if (values.length % n) fail(port, `${n} values a row`, `${values.length}`)
  return nest(values, [values.length / n, ...shape])
}

// sample is a row for an input.
export function sample(port, draw = () => 0) {
  const shape = port.shape.slice(1).map(d => d ?? 8)
  const n = size(shape)
  const one = () => port.type === 'string' ? 'text' : port.type === 'bool' ? 'true' : port.type.startsWith('int') ? String(Math.abs(Math.round(draw()))) : String(Number(draw().toFixed(3)))
  const all = Array.from({ length: n }, one)
  return shape.length > 1 && port.shape.slice(1).includes(null) ? nest(all.map(v => spell(v, port.type)), [1, ...shape]) : all.join(port.type === 'string' && n === 1 ? '\n' : ', ')
}

// body is the request for the JSON of each input.
export const body = (model, texts) => model.inputs.length === 1 ? `{"inputs":${texts[0]}}`
  : `{"inputs":{${model.inputs.map((p, i) => `${JSON.stringify(p.name)}:${texts[i]}`).join(',')}}}`
