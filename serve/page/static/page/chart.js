// Small charts as SVG, each with a text that says the same.

import { h, short, svg, thousands } from './dom.js'

// histogram draws how the numbers of a tensor are distributed.
export function histogram(name, s) {
  const finite = s.bins.length > 0
  const most = Math.max(1, ...s.bins)
  const width = 320, height = 80
  const each = width / Math.max(1, s.bins.length)
  const odd = [s.nan && `${thousands(s.nan)} NaN`, s.infinite && `${thousands(s.infinite)} infinite`].filter(Boolean).join(', ')
  const text = finite ? `${short(s.min)} to ${short(s.max)}, mean ${short(s.mean)}, deviation ${short(s.std)}, ${thousands(s.zeros)} of ${thousands(s.count)} are zero` : 'no finite numbers'
  return h('figure', { class: 'chart' },
    finite && svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Histogram of ${name}: ${text}` },
      s.bins.map((n, i) => n > 0 && svg('rect', {
        class: 'bar', x: i * each, width: Math.max(each - 1, 1), y: height - Math.max(1, n / most * height), height: Math.max(1, n / most * height),
      })),
      s.min < 0 && s.max > 0 && svg('line', { class: 'zero', x1: -s.min / (s.max - s.min) * width, x2: -s.min / (s.max - s.min) * width, y1: 0, y2: height })),
    finite && h('div', { class: 'ends', 'aria-hidden': 'true' }, h('span', {}, short(s.min)), h('span', {}, short(s.max))),
    h('figcaption', {}, text, odd && h('b', { class: 'error' }, ' ', odd)))
}

// bars draws numbers as bars from zero, with each number beside its bar.
export function bars(name, values, most = 100) {
  const shown = values.slice(0, most).map(Number)
  const finite = shown.filter(Number.isFinite)
  const low = Math.min(0, ...finite), high = Math.max(0, ...finite), range = high - low || 1
  return h('div', { class: 'bars', role: 'list', tabindex: 0, 'aria-label': name }, shown.map((v, i) => {
    const from = (Math.min(v, 0) - low) / range * 200, length = Math.abs(v) / range * 200
    return h('div', { role: 'listitem' },
      h('span', { class: 'index' }, shown.length > 1 ? String(i) : ''),
      svg('svg', { viewBox: '0 0 200 12', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        Number.isFinite(v) && svg('rect', { class: v < 0 ? 'bar below' : 'bar', x: from, y: 1, width: Math.max(length, 0.5), height: 10 })),
      h('code', { title: String(values[i]) }, short(v)))
  }), values.length > most && h('div', { class: 'quiet' }, `and ${thousands(values.length - most)} more`))
}

// curve draws y over x.
export function curve(name, x, y) {
  const width = 120, height = 60, top = 3.2
  const at = (v, i) => `${((x[i] - x[0]) / (x.at(-1) - x[0]) * width).toFixed(1)} ${(height - 2 - Number(v) / top * (height - 4)).toFixed(1)}`
  return svg('svg', { class: 'curve', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Curve of ${name} from -3 to 3` },
    svg('line', { class: 'zero', x1: width / 2, x2: width / 2, y1: 0, y2: height }),
    svg('line', { class: 'zero', x1: 0, x2: width, y1: height - 2, y2: height - 2 }),
    svg('path', { d: 'M' + y.map(at).join('L') }))
}

// maps draws a row of shape (h, w) or (h, w, channels) as pictures, dark for low.
export function maps(name, values, shape, most = 12) {
  const [height, width, channels = 1] = shape
  const numbers = values.map(Number)
  const finite = numbers.filter(Number.isFinite)
  const low = Math.min(...finite), range = Math.max(...finite) - low || 1
  const scale = Math.max(1, Math.floor(96 / Math.max(width, height)))
  return h('div', { class: 'maps' }, Array.from({ length: Math.min(channels, most) }, (_, c) => {
    const canvas = h('canvas', { width, height, role: 'img', 'aria-label': `${name}, channel ${c}` })
    canvas.style.width = `${width * scale}px`
    const context = canvas.getContext('2d')
    const image = context.createImageData(width, height)
    for (let i = 0; i < width * height; i++) {
      const v = (numbers[i * channels + c] - low) / range * 255
      image.data.set(Number.isFinite(v) ? [v, v, v, 255] : [255, 0, 0, 255], i * 4)
    }
    context.putImageData(image, 0, 0)
    return h('figure', {}, canvas, channels > 1 && h('figcaption', {}, String(c)))
  }), channels > most && h('p', { class: 'quiet' }, `and ${channels - most} more channels`))
}
