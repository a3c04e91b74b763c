import { encoderCost } from '../../../routing/routers/mf/encoder/costs.ts'

/** The file that `routellm init` writes. Valid unchanged: it serves the demonstration until it names a provider. */
export const configTemplate = `# yaml-language-server: $schema=./node_modules/routellm/routellm.schema.json
# Every key with its default: docs/configuration.md. Keys never stand in this file: name the variable that holds one.
version: 1

server:
  host: 127.0.0.1                    # anything but loopback needs keys
  port: 6060

# Where models are served.
providers:
  demo: { kind: demo }               # answers by itself: no key, no network
  # openai: { kind: openai-compatible, baseUrl: https://api.openai.com/v1, apiKeyEnv: OPENAI_API_KEY }
  # local:  { kind: openai-compatible, baseUrl: http://127.0.0.1:11434/v1 }

# What requests are sent to. \`upstream\` is what the provider calls the model.
models:
  strong: { provider: demo, upstream: demo-strong }
  weak:   { provider: demo, upstream: demo-weak }
  # strong: { provider: openai, upstream: gpt-5, inputUsdPerMillionTokens: 1.25, outputUsdPerMillionTokens: 10 }
  # weak:   { provider: local, upstream: llama3.1 }   # a general model: a specialist (code, mathematics) turns the order round

# What decides. Requests name one: router-mf, router-mf-30pct (a share), router-mf-0.25 (a threshold).
routers:
  mf: {}                             # the built-in, trained router
  random: {}                         # baselines to compare with
  length: {}
  # Reads what is asked with an encoder, which is a little better than mf, for about ${encoderCost.milliseconds} ms a prompt and ${encoderCost.megabytes} MB; \`routellm doctor\` says by how much, and what to install.
  # auto-encoder: { kind: mf, encoder: ${encoderCost.model} }
  # mine: { artifact: ./my-router }  # what \`routellm train mf --output my-router\` wrote

policy: { kind: pair, strong: strong, weak: weak }

# What the model name \`auto\` stands for: half of the prompts to the strong model, by the router's own calibration.
auto: { router: mf, strongPercent: 50 }

# Keys of clients, and what each may use and spend: docs/budgets.md. \`routellm client-key --name web\` makes one.
# keys:
#   web: { hmac: "hmac-sha256:…", requestsPerMinute: 60, usdPerDay: 5 }
# limits: { maxInFlight: 256, queue: { size: 100 }, usdPerDay: 50 }
`
