/**
 * What runs in the reader's browser: it filters, keeps the filters in the address after `#`, opens what a link leads to, and unfolds the
 * failures for print. It reads the page and nothing else. An address without `=` is an anchor, with `=` it holds filters.
 */
export const script = String.raw`'use strict'
{
const form = document.getElementById('filters')
const shown = document.getElementById('shown')
const rows = [...document.querySelectorAll('.r')]
const groups = [...document.querySelectorAll('.group')]
const openAtFirst = new Set([...groups, ...rows].filter((one) => one.open))
const textOf = new Map()
const lower = (row) => {
  if (!textOf.has(row)) textOf.set(row, row.textContent.toLowerCase())
  return textOf.get(row)
}
const asked = () => [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== '')

const apply = () => {
  const filters = new Map()
  for (const [name, value] of asked()) filters.set(name, [...(filters.get(name) || []), value])
  const words = (filters.get('q') || []).join(' ').toLowerCase().split(/\s+/).filter(Boolean)
  filters.delete('q')
  const wanted = (row) =>
    [...filters].every(([name, values]) => row.dataset[name].split('\n').some((one) => values.includes(one))) &&
    words.every((word) => lower(row).includes(word))
  const isFiltered = filters.size > 0 || words.length > 0
  let count = 0
  for (const group of groups) {
    let here = 0
    for (const row of group.querySelectorAll('.r')) {
      const isWanted = wanted(row)
      if (row.hidden === isWanted) row.hidden = !isWanted
      if (isWanted) here++
    }
    group.hidden = here === 0
    group.open = isFiltered ? here > 0 : openAtFirst.has(group)
    group.querySelector('.count').textContent = here
    count += here
  }
  document.getElementById('nothing').hidden = count > 0 || rows.length === 0
  shown.textContent = count + ' of ' + rows.length + ' rules'
}

const remember = () => {
  const state = new URLSearchParams(asked()).toString()
  history.replaceState(null, '', state === '' ? location.pathname + location.search : '#' + state)
}

const ask = (state) => {
  for (const field of form.elements) {
    if (field.type === 'checkbox') field.checked = state.getAll(field.name).includes(field.value)
    else if (field.name) field.value = state.get(field.name) || ''
  }
  apply()
}

const follow = () => {
  const { hash } = location
  if (hash === '' || hash.includes('=')) {
    ask(new URLSearchParams(hash.slice(1)))
    const heading = document.getElementById('results')
    if (hash !== '' && document.readyState === 'complete') {
      heading.scrollIntoView()
      heading.focus({ preventScroll: true })
    }
    return
  }
  const target = document.getElementById(decodeURIComponent(hash.slice(1)))
  if (!target) return
  if (target.closest('[hidden]')) ask(new URLSearchParams())
  for (let one = target; one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true
  target.scrollIntoView()
  const summary = target.querySelector(':scope > summary')
  if (summary) summary.focus({ preventScroll: true })
}

let waiting
form.addEventListener('input', () => {
  clearTimeout(waiting)
  waiting = setTimeout(() => { apply(); remember() }, 80)
})
form.addEventListener('submit', (event) => event.preventDefault())
document.getElementById('clear').addEventListener('click', () => { ask(new URLSearchParams()); remember() })
document.getElementById('unfold').addEventListener('click', () => {
  for (const row of rows) if (!row.hidden && row.closest('.group').open) row.open = true
})
addEventListener('hashchange', follow)
addEventListener('beforeprint', () => {
  for (const row of rows) if (!['pass', 'notApplicable'].includes(row.dataset.status)) row.open = true
})
form.hidden = false
document.documentElement.classList.add('scripted')
follow()
}
`
