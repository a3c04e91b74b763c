"""Asks one router of a Python package about each prompt: `python ask.py NAME < prompts.jsonl`.

Prints one JSON object: the package's version and, for each prompt, what the router said and the number or tier by which it
orders prompts (more is harder). Every router has its default settings; no key, no request to another machine.
"""

import asyncio
import json
import os
import sys
from importlib.metadata import version

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["HF_HUB_OFFLINE"] = "1"


def litellm(classifier):
    from litellm.router_strategy.complexity_router.complexity_router import ComplexityRouter

    tiers = ["SIMPLE", "MEDIUM", "COMPLEX", "REASONING"]
    settings = {"tiers": {tier: tier for tier in tiers}, "classifier_type": classifier}
    router = ComplexityRouter("auto", None, settings)

    def ask(prompt):
        outcome = asyncio.run(router.aclassify(prompt))
        tier = outcome.tier.value
        if outcome.score is not None:
            return tier, outcome.score
        return tier, -outcome.heuristic_v2_forecast["probabilities"]["SIMPLE"]

    return "litellm", ask


def uncommon_route():
    from uncommon_route import route

    def ask(prompt):
        decision = route(prompt)
        return decision.tier.value, decision.complexity

    return "uncommon-route", ask


def lc_shift():
    from lc_shift import PRESETS, RouterConfig, RouterShifter, ShiftRequest
    from lc_shift.strategies import compute_complexity

    config = RouterConfig(tiers=PRESETS["anthropic-3tier"], default_tier="balanced")

    async def decide(prompt):
        async with RouterShifter(config) as router:
            return (await router.route(ShiftRequest(prompt=prompt))).tier_name

    return "lc-shift", lambda prompt: (asyncio.run(decide(prompt)), compute_complexity(prompt))


def pyagent_router():
    from pyagent_router import DifficultyScorer

    scorer = DifficultyScorer()

    def ask(prompt):
        difficulty = scorer.score(prompt)
        return difficulty.category, difficulty.score

    return "pyagent-router", ask


def dynamic_model_router():
    from classifier import classify

    tiers = ["low", "medium", "high"]

    def ask(prompt):
        tier = classify(prompt).tier
        tier = getattr(tier, "value", tier)
        return tier, tiers.index(tier)

    return "dynamic-model-router", ask


routers = {
    "litellm": lambda: litellm("heuristic"),
    "litellm heuristic_v2": lambda: litellm("heuristic_v2"),
    "uncommon-route": uncommon_route,
    "lc-shift": lc_shift,
    "pyagent-router": pyagent_router,
    "dynamic-model-router": dynamic_model_router,
}

prompts = [json.loads(line)["prompt"] for line in sys.stdin if line.strip()]
# What a package prints is not part of the answer.
answer, sys.stdout = sys.stdout, sys.stderr
package, ask = routers[sys.argv[1]]()
decisions = [dict(zip(("said", "order"), ask(prompt))) for prompt in prompts]
print(json.dumps({"version": version(package), "decisions": decisions}), file=answer)
