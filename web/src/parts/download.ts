/** download lets the browser save what an address answers. It streams to disk, and a broken transfer shows as failed there. */
export function download(path: string, query: [string, string][]) {
  const link = document.createElement('a')
  link.href = `${path}?${new URLSearchParams(query)}`
  link.download = ''
  document.body.append(link)
  link.click()
  link.remove()
}
