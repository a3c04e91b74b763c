// Preloaded into a product that binds every interface: each listen() goes to loopback.
const net = require('node:net')

const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'object' && first !== null && 'port' in first)
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest)
  if (typeof first === 'number' || /^\d+$/.test(String(first)))
    return listen.call(
      this,
      Number(first),
      '127.0.0.1',
      ...rest.filter((value) => typeof value === 'function'),
    )
  return listen.call(this, first, ...rest)
}
