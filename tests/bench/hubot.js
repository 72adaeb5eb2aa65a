// The listener loop of hubot's src/Robot.mjs (processListeners) and src/Listener.mjs, written anew in its shape: each
// listener in order of registration is awaited, its regular expression tried, and the loop ends at a finished message.
// First line in: {"patterns": [...], "texts": [...]}. Each further line: how many of the texts to go through. Line out:
// the CPU seconds that took; for the first line 0; for "1" how many texts fit into a turn.
'use strict'

const TURN = 0.04

class Message {
  constructor (text) {
    this.text = text
    this.done = false
  }

  match (regex) {
    return this.text.match(regex)
  }
}

class Listener {
  constructor (regex, callback) {
    this.regex = regex
    this.callback = callback
    this.matcher = message => message.match(this.regex)
  }

  async call (message) {
    const match = this.matcher(message)
    return match ? await this.callback({ message, match }) : null
  }
}

async function receive (listeners, message) {
  const results = []
  for await (const listener of listeners) {
    if (!listener.matcher(message)) continue
    results.push(await listener.call(message))
    if (message.done) break
  }
  return results
}

async function spent (listeners, texts) {
  const start = process.cpuUsage()
  for (const text of texts) await receive(listeners, new Message(text))
  const used = process.cpuUsage(start)
  return (used.user + used.system) / 1e6
}

async function main () {
  let listeners = null
  let texts = []
  for await (const line of require('node:readline').createInterface({ input: process.stdin })) {
    if (listeners === null) {
      const given = JSON.parse(line)
      texts = given.texts
      listeners = given.patterns.map((pattern, rank) => new Listener(new RegExp(pattern), async response => {
        response.message.done = true
        return rank
      }))
      console.log(0)
    } else if (line === '1') {
      const first = texts.slice(0, 20)
      console.log(Math.ceil(TURN / (await spent(listeners, first) / first.length)))
    } else {
      console.log(await spent(listeners, texts.slice(0, Number(line))))
    }
  }
}

main()
